"""A draft from flags, and what several people do to it at once."""

from __future__ import annotations

import pytest

from accounts.acting import Acting
from accounts.models import Branch, Organization
from accounts.rights import Right
from core.journal.models import Event
from core.moves import WrongState
from core.versions import Stale
from sout_reports.models import Workplace
from tests import factories
from tests.violations import control
from violations.flags.models import Flag
from violations.flags.selectors import for_list
from violations.flags.selectors import shown as shown_flags
from violations.protocols import selectors
from violations.protocols.actions import (
    NothingToDecide,
    TypedDraft,
    TypedRow,
    draft_from_flags,
    freeze,
    return_to_draft,
    save_draft,
    withdraw,
)
from violations.protocols.models import CommissionProtocol
from violations.protocols.selectors import Person

pytestmark = pytest.mark.django_db


def all_flags() -> object:
    return Flag.objects.all()


def typed(protocol: CommissionProtocol, **changes: object) -> TypedDraft:
    """The draft as it is saved, with changes."""
    values = {
        "number": protocol.number,
        "date": protocol.date,
        "members": [Person.of(member) for member in selectors.members_of(protocol)],
    }
    return TypedDraft(**(values | changes))


def test_one_draft_over_several_reports(employer: Organization, head: Acting) -> None:
    control.not_unique(employer, places=2)
    control.not_unique(employer)
    made = draft_from_flags(all_flags(), acting=head)
    assert made.added == made.protocol.rows.count()
    assert len({row.workplace.report_id for row in made.protocol.rows.all()}) >= 2
    assert len({row.new_number for row in made.protocol.rows.all()}) == made.added


def test_number_date_and_commission_are_proposed(employer: Organization, head: Acting) -> None:
    _, flags = control.not_unique(employer)
    protocol = control.drafted(head, flags)
    assert (protocol.number, protocol.date) == ("1", selectors.today())
    members = selectors.members_of(protocol)
    assert [member.last_name for member in members] == ["Пробнова", "Образцов", "Примеров"]
    assert [member.chairman for member in members] == [True, False, False]


def test_the_next_draft_takes_the_last_commission_and_number(employer: Organization, head: Acting) -> None:
    _, flags = control.not_unique(employer)
    first = control.drafted(head, flags)
    save_draft(
        first,
        typed(first, number="12-СОУТ", members=[Person("Новая", "Анна", "", "Директор", True)]),
        version=1,
        acting=head,
    )
    _, flags = control.not_unique(employer)
    second = control.drafted(head, flags)
    assert second.number == "13"
    assert [member.last_name for member in selectors.members_of(second)] == ["Новая"]


def test_a_place_stands_in_one_open_protocol(employer: Organization, head: Acting) -> None:
    _, flags = control.not_unique(employer, places=2)
    first = control.drafted(head, flags[:1])
    both = draft_from_flags(all_flags(), acting=head)
    assert (both.added, both.elsewhere, both.others) == (1, 1, [first])
    again = draft_from_flags(all_flags(), acting=head)
    assert (again.added, again.elsewhere, again.protocol) == (0, 2, both.protocol)


def test_a_withdrawn_draft_sets_its_places_free(employer: Organization, head: Acting) -> None:
    _, flags = control.not_unique(employer)
    first = control.drafted(head, flags)
    withdraw(first, acting=head)
    assert draft_from_flags(all_flags(), acting=head).added == 1
    assert not CommissionProtocol.objects.visible_to(head).filter(pk=first.pk).exists()
    assert Event.objects.about(first).filter(verb="protocol.withdrawn").exists()


def test_foreign_flags_and_those_of_other_ways_are_no_ground(employer: Organization, head: Acting) -> None:
    control.not_unique(factories.organization())
    report = control.employer_report(employer)
    place = factories.workplace(report)
    Flag.objects.create(
        report=report, rule="SOUT-CLS-001", object_ordinal=1, severity="НАРУШ", workplace=place, message="…"
    )
    with pytest.raises(NothingToDecide):
        draft_from_flags(all_flags(), acting=head)


def test_the_sout_organization_makes_no_protocol(employer: Organization) -> None:
    report, _ = control.not_unique(employer)
    bringer = factories.acting(report.organization)
    with pytest.raises(NothingToDecide):
        draft_from_flags(all_flags(), acting=bringer)


def test_a_branch_decides_on_its_own_reports(employer: Organization) -> None:
    branch = Branch.objects.create(organization=employer, kpp="770202002", name="Филиал", esia_oid=77)
    control.not_unique(employer)
    control.not_unique(employer, branch=branch)
    of_branch = factories.acting(employer, branch=branch)
    made = draft_from_flags(all_flags(), acting=of_branch)
    assert made.protocol.branch == branch
    assert {row.workplace.report.branch_id for row in made.protocol.rows.all()} == {branch.pk}


def test_saving_raises_the_version_once(employer: Organization, head: Acting) -> None:
    _, flags = control.not_unique(employer)
    protocol = control.drafted(head, flags)
    row = protocol.rows.get()
    saved = save_draft(protocol, typed(protocol, rows={row.pk: TypedRow("50", False)}), version=1, acting=head)
    assert saved.version == 2
    assert protocol.rows.get().new_number == "50"
    again = save_draft(saved, typed(saved, rows={row.pk: TypedRow("50", False)}), version=2, acting=head)
    assert again.version == 2


def test_the_second_tab_is_told_and_changes_nothing(employer: Organization, head: Acting) -> None:
    _, flags = control.not_unique(employer)
    protocol = control.drafted(head, flags)
    row = protocol.rows.get()
    save_draft(protocol, typed(protocol, rows={row.pk: TypedRow("50", False)}), version=1, acting=head)
    with pytest.raises(Stale) as stale:
        save_draft(protocol, typed(protocol, rows={row.pk: TypedRow("60", False)}), version=1, acting=head)
    assert stale.value.saved.version == 2
    assert protocol.rows.get().new_number == "50"


def test_a_liquidated_place_is_added_by_choice(employer: Organization, head: Acting) -> None:
    _, flags = control.not_unique(employer)
    protocol = control.drafted(head, flags)
    place = Workplace.objects.get(report__employer=employer, position="Слесарь 1")
    found = selectors.search_places(protocol, "слесарь", head)
    assert [each.pk for each in found] == [place.pk]
    saved = save_draft(protocol, typed(protocol), version=1, acting=head, adding=[place.pk])
    assert saved.rows.count() == 2
    assert selectors.search_places(saved, "слесарь", head) == []


def test_a_foreign_place_cannot_be_added(employer: Organization, head: Acting) -> None:
    _, flags = control.not_unique(employer)
    protocol = control.drafted(head, flags)
    foreign, _ = control.not_unique(factories.organization())
    save_draft(protocol, typed(protocol), version=1, acting=head, adding=[foreign.places.get().pk])
    assert protocol.rows.count() == 1


def test_a_frozen_protocol_is_not_saved(employer: Organization, head: Acting) -> None:
    _, flags = control.not_unique(employer)
    protocol = control.drafted(head, flags)
    freeze(protocol, version=1, acting=head)
    with pytest.raises(WrongState):
        save_draft(protocol, typed(protocol, number="9"), version=2, acting=head)


def test_without_the_right_there_is_nothing_to_clear(employer: Organization) -> None:
    from violations.flags.selectors import reports_to_clear

    control.not_unique(employer)
    looker = factories.acting(employer, rights=[Right.VIEW_FLAGS])
    assert reports_to_clear(looker) == []


def test_a_place_of_a_branch_that_stands_in_the_head_offices_draft(employer: Organization, head: Acting) -> None:
    """The branch may not open that draft: it is told, not led to a page that is not there."""
    branch = Branch.objects.create(organization=employer, kpp="770143001", name="Филиал")
    _, flags = control.not_unique(employer, branch=branch)
    control.drafted(head, flags)
    of_branch = factories.acting(employer, branch=branch)
    with pytest.raises(NothingToDecide, match="головной организации"):
        draft_from_flags(all_flags(), acting=of_branch)
    (shown,) = shown_flags(for_list(of_branch), of_branch)
    assert shown.draft_uid is None
    (seen,) = shown_flags(for_list(head).filter(pk=flags[0].pk), head)
    assert seen.draft_uid is not None


def test_a_stale_row_returned_to_draft_counts_its_version_from_the_database(
    employer: Organization, head: Acting
) -> None:
    _, flags = control.not_unique(employer)
    protocol = control.frozen(head, flags)
    stale = CommissionProtocol.objects.get(pk=protocol.pk)
    CommissionProtocol.objects.filter(pk=protocol.pk).update(version=protocol.version + 5)
    assert return_to_draft(stale, acting=head).version == protocol.version + 6
