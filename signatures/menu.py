"""Links of the left menu of «Электронная подпись»."""

from __future__ import annotations

from django.utils import timezone

from accounts.person_facts import register_person_facts
from core.frame import NavItem, register_nav
from signatures.authorities import listed
from signatures.models import PowerOfAttorney
from signatures.power_states import facts_of_people

SECTION = "Электронная подпись"

register_nav(
    NavItem(
        SECTION,
        "Доверенности (МЧД)",
        "signatures:powers",
        order=34,
        rows=PowerOfAttorney.objects.all().visible_to,
    )
)
register_person_facts(facts_of_people)
register_nav(
    NavItem(
        SECTION,
        "Удостоверяющие центры и списки отзыва",
        "signatures:trust",
        order=36,
        rows=lambda acting: listed(timezone.now()),
    )
)
register_nav(NavItem(SECTION, "Проверить мою подпись", "signatures:doctor", order=32))
