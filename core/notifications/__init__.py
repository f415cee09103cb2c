"""Notices: what an organization is told, in the bell. One row a notice; reading is per person."""
