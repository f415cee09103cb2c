"""«Настройки личного кабинета»: each section is a page of the app that owns it, and registers itself here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the settings, shown to those who hold one of `rights`. `about`: one sentence; `summary`: what is set now."""

    label: str
    url_name: str
    rights: tuple[str, ...]
    about: str
    summary: Callable[[Any], str]
    order: int = 100


_sections: list[Section] = []


def register_section(section: Section) -> None:
    """Called from AppConfig.ready of the app that owns the page."""
    if section not in _sections:
        _sections.append(section)
        _sections.sort(key=lambda each: each.order)


def sections(acting: Any) -> list[Section]:
    """The sections that this person may open."""
    return [each for each in _sections if any(acting.holds(code) for code in each.rights)]


def tabs(acting: Any, current: str) -> list[dict[str, Any]]:
    """The same as tabs of `core/settings_base.html`: {label, url, current}; `current` is a URL name."""
    return [
        {"label": each.label, "url": reverse(each.url_name), "current": each.url_name == current}
        for each in sections(acting)
    ]
