"""What every page's frame shows. The left menu is registered by apps, so that core names none of them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

Count = Callable[[Any], int]
Rows = Callable[[Any], "QuerySet[Any]"]


@dataclass(frozen=True, slots=True)
class NavItem:
    """A menu link: shown to those who hold one of `rights` (empty: to anybody acting). `count`: what waits for this person;
    `rows`: all that the page lists for him, the very rows its view shows."""

    section: str
    label: str
    url_name: str
    rights: tuple[str, ...] = ()
    order: int = 100
    count: Count | None = None
    rows: Rows | None = None


@dataclass(frozen=True, slots=True)
class UserItem:
    """A link of the user menu: shown to those who hold one of `rights` (empty: to everybody who has signed in)."""

    label: str
    url_name: str
    rights: tuple[str, ...] = ()
    order: int = 100
    icon: str = "user"


_items: list[NavItem] = []
_user_items: list[UserItem] = []


def register_nav(item: NavItem) -> None:
    """Called from AppConfig.ready of the app that owns the page. A link is registered when its page exists."""
    if item not in _items:
        _items.append(item)
        _items.sort(key=lambda each: each.order)


def register_user_item(item: UserItem) -> None:
    """Called from AppConfig.ready of the app that owns the page."""
    if item not in _user_items:
        _user_items.append(item)
        _user_items.sort(key=lambda each: each.order)


def user_items(acting: Any) -> list[dict[str, str]]:
    """The links of the user menu that this person may open: {label, url, icon}; a page that is not there is left out."""
    shown = []
    for item in _user_items:
        if item.rights and (acting is None or not any(acting.holds(code) for code in item.rights)):
            continue
        with contextlib.suppress(NoReverseMatch):
            shown.append({"label": item.label, "url": reverse(item.url_name), "icon": item.icon})
    return shown


def visible_items(acting: Any) -> list[NavItem]:
    """The menu links this person may open."""
    if acting is None:
        return []
    return [item for item in _items if not item.rights or any(acting.holds(code) for code in item.rights)]


def navigation(acting: Any, path: str) -> list[dict[str, Any]]:
    """Sections in order of their first item: {label, items: [{label, url, count, current}]}; label "" means no heading."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for item in visible_items(acting):
        url = reverse(item.url_name)
        current = path == url or (url != "/" and path.startswith(url) and item.section != "")
        count = item.count(acting) if item.count else 0
        sections.setdefault(item.section, []).append(
            {"label": item.label, "url": url, "count": count, "current": current}
        )
    return [{"label": label, "items": items} for label, items in sections.items()]


def unread_notices(acting: Any) -> int:
    """How many notices wait for this person, counted up to a hundred; one query, none for who acts for nobody."""
    if acting is None:
        return 0
    from core.notifications.models import Notice  # models cannot be loaded where settings import this module

    return Notice.objects.visible_to(acting).unread_by(acting.user).values("pk")[:100].count()


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    acting = getattr(request, "acting", None)
    return {
        "acting": acting,
        "nav": navigation(acting, request.path),
        "header_tabs": [{**tab, "current": tab["url"] is None} for tab in settings.HEADER_TABS],
        "bell_count": unread_notices(acting),
        "user_items": user_items(acting),
        "canonical_address": settings.PUBLIC_URL,
        "debug_catalogue": "simulators" in settings.INSTALLED_APPS,
    }
