"""Encryption of what leaves the server's memory and is nobody's to read: under keys derived from SECRET_KEY, one a purpose."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet
from django.conf import settings


def box(purpose: str) -> Fernet:
    """`decrypt` raises cryptography.fernet.InvalidToken for what is not ours, or was sealed before SECRET_KEY was changed."""
    return Fernet(urlsafe_b64encode(hashlib.sha256(f"{purpose}:{settings.SECRET_KEY}".encode()).digest()))
