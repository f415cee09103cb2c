"""manage.py repeat_stalled_checks: check again now what stalled for a reason of ours, without waiting for the clock."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from sout_reports.actions import repeat_stalled


class Command(BaseCommand):
    help = "Puts the checks that stalled for a reason of the system back into the queue. Their files were kept."

    def handle(self, *args: Any, **options: Any) -> None:
        for report in repeat_stalled(by_clock=False):
            self.stdout.write(f"Receipt {report.number}: in the queue again")
