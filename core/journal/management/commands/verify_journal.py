"""Find a journal row that was changed, removed or inserted behind the application's back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.journal.models import Event, Seal
from core.journal.verifying import verify


class Command(BaseCommand):
    help = "Check the journal's chains; exits 1 when a row was changed, removed or inserted."

    def handle(self, *args: Any, **options: Any) -> None:
        breaches = verify()
        for breach in breaches:
            self.stdout.write(f"{breach.kind}: chain {breach.chain}, event {breach.event_id or '—'}: {breach.detail}")
        if breaches:
            raise CommandError(f"The journal is not whole: {len(breaches)} place(s).", returncode=1)
        self.stdout.write(f"The journal is whole: {Event.objects.count()} events, {Seal.objects.count()} sealed.")
