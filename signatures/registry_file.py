"""Answers of the registry of МЧД from a file: for development, and for who brings them by hand."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings

from signatures.mchd.registry import Answer, RegistryStatus, RegistryUnavailable

SOURCE = "файл ответов реестра"


class JsonFile:
    """The file of the setting MCHD_REGISTRY_FILE: {"<GUID>": {"status": "revoked", "at": "2026-11-25T12:00:00+03:00"}}.

    A paper that is not in it was not asked about.
    """

    def status(self, number: str, principal_inn: str, representative_inn: str) -> Answer | None:
        try:
            said = json.loads(Path(settings.MCHD_REGISTRY_FILE).read_text(encoding="utf-8")).get(number)
            if said is None:
                return None
            at = datetime.fromisoformat(said["at"])
            answer = Answer(RegistryStatus(said["status"]), at, SOURCE)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RegistryUnavailable("the file cannot be read") from error
        if at.utcoffset() is None:
            raise RegistryUnavailable("a time without a zone")
        return answer
