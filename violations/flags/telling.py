"""Telling an employer of flags: by the right to see them, and by name where only the branch's right is held."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.models import Grant, User
from core.notifications.actions import tell
from core.notifications.models import Topic
from sout_reports.models import SoutReport
from violations.flags.models import VIEW, VIEW_BRANCH


def tell_employer(report: SoutReport, *, key: str, rights: tuple[str, ...] = (VIEW,), **notice: Any) -> None:
    """Put a notice about a report's flags before whoever may see them: holders of any of `rights` by one notice. The right to see a
    branch's flags opens nothing to who acts for the whole organization, so its holders in the branch are told by name."""
    if report.employer is None:
        return
    where: dict[str, Any] = {"organization": report.employer, "branch": report.branch, "topic": Topic.FLAGS}
    tell(**where, key=key, right=" ".join(rights), **notice)
    if report.branch is None:
        return
    for user in User.objects.filter(pk__in=_only_branch(report, rights).values("user")):
        tell(**where, key=f"{key}:{user.pk}", right=VIEW_BRANCH, user=user, **notice)


def _only_branch(report: SoutReport, rights: tuple[str, ...]) -> QuerySet[Grant]:
    theirs = Grant.objects.usable().filter(organization=report.employer, branch=report.branch, is_admin=False)
    return theirs.filter(rights__contains=[VIEW_BRANCH]).exclude(rights__overlap=list(rights))
