"""Tokens as ЕСИА makes them (from real tokens in public tests): JWT with `sbt` in the head and urn:esia names inside."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from simulators.demo_ca.keys import GostPrivateKey
from simulators.esia.faults import GOST, Faults
from simulators.esia.keys import SimulatorKeys
from simulators.people import Person

ISSUER = "http://esia.gosuslugi.ru/"
ACCESS_SECONDS = 3600
IDENTITY_SECONDS = 10800
SUBJECT = "urn:esia:sbj"


class TokenMaker:
    """Signs with the simulator's keys, or as the switches say."""

    def __init__(self, keys: SimulatorKeys, faults: Faults) -> None:
        self.keys = keys
        self.faults = faults
        self.foreign = GostPrivateKey.generate()

    def answer(self, person: Person, client_id: str, scopes: list[str], state: str) -> dict[str, Any]:
        """The token answer, spoilt as the switches say."""
        fault = self.faults.jwt
        whose = "SOMEBODY_ELSE" if fault == "other_client" else client_id
        access = self._token(self._access(person, whose, scopes), "access", 1)
        identity = self._token(self._identity(person, whose), "id", 0)
        if fault == "swapped":
            access, identity = identity, access
        return {
            "access_token": flipped(access) if fault == "flipped_access" else access,
            "refresh_token": str(uuid.uuid4()),
            "id_token": flipped(identity) if fault == "flipped_id" else identity,
            "state": str(uuid.uuid4()) if fault == "other_state" else state,
            "token_type": "Bearer",
            "expires_in": ACCESS_SECONDS,
        }

    def _access(self, person: Person, client_id: str, scopes: list[str]) -> dict[str, Any]:
        oid = person.oid + (1 if self.faults.jwt == "other_person" else 0)
        claims = {"scope": " ".join(scopes), "urn:esia:sbj_id": oid, "client_id": client_id}
        return claims | self._times(ACCESS_SECONDS)

    def _identity(self, person: Person, client_id: str) -> dict[str, Any]:
        subject = {
            f"{SUBJECT}:typ": "P",
            f"{SUBJECT}:is_tru": person.trusted,
            f"{SUBJECT}:oid": person.oid,
            f"{SUBJECT}:nam": f"OID.{person.oid}",
        }
        times = self._times(IDENTITY_SECONDS)
        claims = {"aud": client_id, "sub": person.oid, "amr": "PWD", "urn:esia:amd": "PWD", SUBJECT: subject}
        return claims | times | {"auth_time": times["iat"]}

    def _times(self, lives: int) -> dict[str, Any]:
        fault = self.faults.jwt
        now = int(time.time()) - (2 * IDENTITY_SECONDS if fault == "expired" else 0)
        return {
            "iat": now,
            "nbf": now + (IDENTITY_SECONDS if fault == "not_yet" else 0),
            "exp": now + lives,
            "iss": "http://esia.example/" if fault == "other_issuer" else ISSUER,
            "urn:esia:sid": str(uuid.uuid4()),
        }

    def _token(self, payload: Mapping[str, Any], sbt: str, version: int) -> str:
        algorithm = "none" if self.faults.jwt == "no_algorithm" else self.faults.algorithm
        head = {"ver": version, "typ": "JWT", "sbt": sbt, "alg": algorithm}
        message = f"{_part(head)}.{_part(payload)}"
        return f"{message}.{_base64url(self._sign(message.encode()))}"

    def _sign(self, message: bytes) -> bytes:
        if self.faults.jwt == "no_algorithm":
            return b""
        if self.faults.jwt == "wrong_key":
            return self.foreign.sign(message)
        if self.faults.algorithm == GOST:
            return self.keys.gost.sign(message)
        return self.keys.rsa.sign(message, PKCS1v15(), SHA256())


def flipped(token: str) -> str:
    """The same token with one bit of its payload turned over (the payload stays readable JSON)."""
    head, payload, signature = token.split(".")
    data = bytearray(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    place = data.index(b'"exp": ') + len(b'"exp": ')
    data[place] ^= 1
    return f"{head}.{_base64url(bytes(data))}.{signature}"


def _part(value: Mapping[str, Any]) -> str:
    return _base64url(json.dumps(value).encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
