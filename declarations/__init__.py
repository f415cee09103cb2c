"""Declarations of conformity of working conditions, built from accepted reports. Empty until its first capability is built."""
