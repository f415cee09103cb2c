"""What was begun in «Добавить сотрудника» before the picker: kept in the session under an opaque name, so that no address
carries a person. Two windows have two drafts. The surname searched in «Администрирование» is kept so too.

All of it belongs to the organization for which it was typed: `forget_all` when the person acts for another.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

SESSION_KEY = "access_drafts"
SESSION_FIND = "administration_find"
DRAFTS_MAX = 10
VALUE_MAX = 500  # the longest field of the form, «Основание»
KEPT = ("branch", "is_admin", "is_blocked", "block_reason", "until", "ground", "template", "copy_from")


def name_of(request: HttpRequest) -> str:
    """The draft that the address names, "" where it is not of this session."""
    name = request.GET.get("draft", "")
    return name if name in request.session.get(SESSION_KEY, {}) else ""


def read(request: HttpRequest) -> dict[str, Any]:
    """The draft that the address names; empty where there is none."""
    found: dict[str, Any] = request.session.get(SESSION_KEY, {}).get(request.GET.get("draft", ""), {})
    return found


def keep(request: HttpRequest, changes: Mapping[str, Any]) -> str:
    """Change the draft that the address names, or begin one; its name."""
    drafts = dict(request.session.get(SESSION_KEY, {}))
    name = name_of(request)
    while not name and len(drafts) >= DRAFTS_MAX:
        del drafts[next(iter(drafts))]
    name = name or secrets.token_urlsafe(9)
    drafts[name] = drafts.get(name, {}) | dict(changes)
    request.session[SESSION_KEY] = drafts
    request.session.save()  # Django does not, where the answer is an error: of ЕСИА, say
    return name


def forget(request: HttpRequest) -> None:
    drafts = dict(request.session.get(SESSION_KEY, {}))
    if drafts.pop(request.GET.get("draft", ""), None) is not None:
        request.session[SESSION_KEY] = drafts


def forget_all(request: HttpRequest) -> None:
    for key in (SESSION_KEY, SESSION_FIND):
        request.session.pop(key, None)


def posted(data: QueryDict, rights: list[str]) -> dict[str, Any]:
    """The form's values as they were posted, cut to what the form takes."""
    return {name: data.get(name, "")[:VALUE_MAX] for name in KEPT} | {"rights": rights}


def form_url(request: HttpRequest, name: str = "") -> str:
    """«Добавить сотрудника» with a draft in it: the named one, else the one that the address names."""
    address, name = reverse("accounts:access_new"), name or name_of(request)
    return f"{address}?{urlencode({'draft': name})}" if name else address
