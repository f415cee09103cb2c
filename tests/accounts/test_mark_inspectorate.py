"""manage.py mark_inspectorate: what an operator may type, and what comes of it."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organization
from core.journal.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


def mark(**changed: str) -> None:
    values = {"inn": factories.inn10(501), "ogrn": factories.ogrn13(501), "name": "Инспекция", "region": "66"}
    arguments = [f"--{name}={value}" for name, value in (values | changed).items()]
    call_command("mark_inspectorate", *arguments)


def test_a_territorial_body_by_default():
    mark()
    made = Organization.objects.get(full_name="Инспекция")
    assert (made.is_inspectorate, made.inspectorate, made.region, made.is_employer) == (True, "git", "66", False)
    mark()
    assert Event.objects.filter(verb="organization.marked_inspectorate").count() == 1, "a repetition changes nothing"


@pytest.mark.parametrize("kind", ["rostrud", "operator"])
def test_bodies_of_the_whole_country(kind: str):
    mark(kind=kind)
    assert Organization.objects.get(full_name="Инспекция").inspectorate == kind


def test_a_known_organization_keeps_its_name_and_kinds():
    known = factories.organization(inn=factories.inn10(502), ogrn=factories.ogrn13(502))
    mark(inn=known.inn, ogrn=known.ogrn)
    known.refresh_from_db()
    assert (known.inspectorate, known.is_employer) == ("git", True)
    assert known.full_name != "Инспекция"


@pytest.mark.parametrize(
    "wrong",
    [
        {"inn": "7700000000"},
        {"ogrn": "1027700000000"},
        {"region": "00"},
        {"region": "Москва"},
        {"name": " "},
        {"kind": "police"},
    ],
)
def test_what_is_refused(wrong: dict[str, str]):
    with pytest.raises(CommandError):
        mark(**wrong)
    assert not Organization.objects.exists()
