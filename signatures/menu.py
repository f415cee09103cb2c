"""Links of the left menu, «Электронная подпись»."""

from __future__ import annotations

from core.frame import NavItem, register_nav

SECTION = "Электронная подпись"

register_nav(NavItem(SECTION, "Проверить мою подпись", "signatures:doctor", order=29))
