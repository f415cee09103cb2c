"""The one button of a notice, in the bell and in letters: marks it as read and goes where it leads."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from core import landing
from core.doors import door
from core.notifications.actions import mark_followed
from core.notifications.models import Notice
from core.notifications.readers import reader_of


@door(write=["GET"], public=True)
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Public, because it is followed out of letters: a stranger signs in and chooses an organization first, and comes back.

    Somebody who sees the notice for another of his organizations is offered to act for that one.
    """
    acting = getattr(request, "acting", None)
    if not request.user.is_authenticated or acting is None:
        landing.remember(request)
        return redirect(settings.LOGIN_REDIRECT_URL if request.user.is_authenticated else settings.LOGIN_URL)
    mine = Notice.objects.visible_to(acting).filter(pk=pk).first()
    if mine is not None:
        mark_followed(mine, request.user)
        return redirect(mine.url if landing.is_local(mine.url) else "core:notices")
    notice = get_object_or_404(Notice.objects.select_related("organization", "branch"), pk=pk)
    other = reader_of(notice, request.user)
    if other is None:
        raise Http404
    landing.remember(request)
    return render(request, "core/notice_elsewhere.html", {"notice": notice, "other": other})
