"""System checks: every view of ours stands behind a door (third-party views are on one list, each with its reason); before
real use (`check --deploy`) the public address and the journal's key are real."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.urls import URLPattern, URLResolver, get_resolver

# route prefix → why its views have no door of ours
THIRD_PARTY = {
    "health/": "liveness and readiness for the orchestrator: no data, no sign-in",
    "static/": "static files in development",
}


def every_pattern(
    resolver: URLResolver | None = None, prefix: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, Any]]:
    """(route, full URL name, callback) of every pattern of the project."""
    for item in (resolver or get_resolver()).url_patterns:
        route = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            inner = f"{namespace}{item.namespace}:" if item.namespace else namespace
            yield from every_pattern(item, route, inner)
        elif isinstance(item, URLPattern):
            yield route, f"{namespace}{item.name or ''}", item.callback


def is_third_party(route: str) -> bool:
    return any(route.lstrip("^").startswith(prefix) for prefix in THIRD_PARTY)


@register
def every_view_has_a_door(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    for route, name, callback in every_pattern():
        if is_third_party(route):
            continue
        if not hasattr(callback, "door"):
            problems.append(
                Error(f"The view at «{route}» has no door.", hint="Add @door(...) above it.", id="core.E001")
            )
        if not name or name.endswith(":"):
            problems.append(Error(f"The view at «{route}» has no URL name.", id="core.E002"))
    return problems


@register(deploy=True)
def public_url_is_public(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """ЕСИА sends browsers back to this address, and links in messages begin with it."""
    parts = urlsplit(settings.PUBLIC_URL)
    host = parts.hostname or ""
    if parts.scheme == "https" and host not in {"", "localhost", "::1"} and not host.startswith("127."):
        return []
    hint = "Set LKOT_PUBLIC_URL to https:// and the name the cabinet is reached by."
    return [Warning(f"PUBLIC_URL is {settings.PUBLIC_URL}: nobody else reaches that.", hint=hint, id="core.W001")]


@register(deploy=True)
def journal_has_a_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.JOURNAL_KEY:
        return []
    hint = "Set JOURNAL_KEY (or JOURNAL_KEY_FILE) to a long random string that is kept apart from the database."
    return [Warning("The journal has no key of its own.", hint=hint, id="core.W002")]
