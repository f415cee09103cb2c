"""What becomes of requests for rights when access changes: a grant answers them, a block and an end close them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import REQUEST_MOVES, AccessRequest, Branch, Grant, Organization, RequestState, User
from accounts.rights import BY_CODE
from core.moves import move
from core.notifications.actions import tell
from core.notifications.models import Topic

if TYPE_CHECKING:
    from accounts.acting import Acting


def answer_requests(grant: Grant, actor: Acting | None) -> None:
    """Whatever of this person's open requests the grant fulfils is answered by it."""
    rows = AccessRequest.objects.filter(
        user=grant.user_id, organization=grant.organization_id, branch=grant.branch_id, state=RequestState.OPEN
    )
    for asked in rows if grant.is_admin else rows.filter(right__in=grant.rights):
        done = move(asked, "grant", moves=REQUEST_MOVES, actor=actor, event="access.granted", changes=_decided(actor))
        if done.right in BY_CODE:
            label = BY_CODE[done.right].label
            tell_who_asked(done, f"Вам предоставлено право «{label}».", action="Посмотреть свой доступ")


def close_requests(
    user: User,
    organization: Organization,
    branch: Branch | None,
    *,
    with_branches: bool,
    actor: Acting | None,
    reason: str,
) -> None:
    """The access that these requests would add to is blocked or ended. Who asked is told nothing more: he acts here no more."""
    scope = Q() if branch is None and with_branches else Q(branch=branch)
    rows = AccessRequest.objects.filter(scope, user=user, organization=organization, state=RequestState.OPEN)
    for asked in rows.order_by("pk"):
        changes = _decided(actor) | {"reason": reason}
        move(asked, "close", moves=REQUEST_MOVES, actor=actor, event="access.closed", changes=changes)


def tell_who_asked(asked: AccessRequest, text: str, *, action: str) -> None:
    tell(
        asked.organization,
        user=asked.user,
        branch=asked.branch,
        text=text,
        why="Вы просили это право",
        url=f"{reverse('accounts:home')}?asked={asked.pk}",
        action=action,
        topic=Topic.ACCESS,
        key=f"access.answered:{asked.pk}",
    )


def _decided(actor: Acting | None) -> dict[str, object]:
    return {"decided_at": timezone.now(), "decided_by": actor.user if actor is not None else None}
