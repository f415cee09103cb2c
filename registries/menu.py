"""The link of the left menu."""

from __future__ import annotations

from core.frame import NavItem, register_nav
from registries.models import KEEP, RegisterImport

register_nav(
    NavItem(
        "Надзор",
        "Ведение реестров",
        "registries:registers",
        (KEEP,),
        order=62,
        rows=RegisterImport.objects.all().visible_to,
    )
)
