"""manage.py demo_people: who can sign in as whom in the demo."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.identifiers import format_snils
from simulators.people import MASS_SIZE, PEOPLE, demo_cast


class Command(BaseCommand):
    help = "Prints the people of the demo: pick one of them on the simulator's sign-in page."
    requires_system_checks: list[str] = []  # no database and no URLs are needed to read the cast

    def handle(self, *args: Any, **options: Any) -> None:
        cast = demo_cast()
        rows = [("SNILS", "Name", "Organizations", "What for")]
        for person in PEOPLE:
            places = dict.fromkeys(each.organization for each in cast.employments_of(person.oid))
            names = ", ".join(cast.organizations[oid].short_name for oid in places) or "-"
            rows.append((format_snils(person.snils), person.full_name, names, person.story_english))
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        for row in rows:
            cells = [text.ljust(width) for text, width in zip(row, widths, strict=False)]
            self.stdout.write("  ".join([*cells, row[3]]))
        self.stdout.write(
            f"\nAll invented. {MASS_SIZE} more workers of АО «ЗМЗ» are found by surname on the sign-in page."
        )
        self.stdout.write(f"Cabinet: {settings.PUBLIC_URL}/   ESIA simulator: {settings.ESIA['base_url']}/")
