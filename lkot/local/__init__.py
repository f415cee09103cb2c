"""What runs the cabinet on one machine: embedded PostgreSQL and Valkey, the supervisor, `bin/up` and `bin/test`.

Nothing here imports Django: these modules start before the settings can be read.
"""
