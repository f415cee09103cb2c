"""GOST R 34.10-2012 signatures and the GOST R 34.11-2012 hash (Streebog) in pure Python.

This package verifies.  It is not a certified cryptographic tool (СКЗИ), keeps no secrets and is not
constant-time; see docs/adr/0007-signature-verification.md.
"""
