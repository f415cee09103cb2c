"""What the plant of the demo has set up in its cabinet: contacts, and two people kept for commissions. Runs any number of times."""

from __future__ import annotations

from accounts.acting import Acting
from accounts.actions import save_contacts
from accounts.models import Contacts
from violations.protocols.actions import keep_member
from violations.protocols.models import KeptMember

MEMBERS = (
    {
        "last_name": "Лебедева",
        "first_name": "Наталья",
        "middle_name": "Викторовна",
        "position": "Главный инженер",
    },
    {
        "last_name": "Гусев",
        "first_name": "Роман",
        "middle_name": "Андреевич",
        "position": "Председатель профсоюзного комитета",
    },
)


def load_demo_settings(acting: Acting) -> None:
    """What is there already stays as somebody has changed it."""
    if Contacts.objects.of(acting.organization, None) is None:
        save_contacts(
            phone="+7 343 000-00-00, доб. 12",
            email="ot@zmz.example",
            person_name="Морозов Вадим Юрьевич",
            person_position="Специалист по охране труда",
            version=0,
            acting=acting,
        )
    if not KeptMember.objects.visible_to(acting).exists():
        for member in MEMBERS:
            keep_member(member, acting=acting)
