"""Links of the left menu."""

from __future__ import annotations

from core.frame import NavItem, register_nav

SECTION = "Электронная подпись"

register_nav(NavItem(SECTION, "Удостоверяющие центры и списки отзыва", "signatures:trust", order=95))
