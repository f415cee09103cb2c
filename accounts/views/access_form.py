"""What the pages of the dialog «Добавить сотрудника» share: choosing the frame, showing the form, previewing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from accounts.access_form import AccessForm
from accounts.actions import GrantRefused
from accounts.models import Grant
from accounts.preview import would_see
from core.moves import WrongState

FORM_WRONG = 422
MEANWHILE = "Пока вы заполняли форму, доступ этого сотрудника изменил кто-то ещё. Проверьте его в списке и повторите."


def frame_of(request: HttpRequest) -> str:
    """A whole page, or for htmx the part that stands in the dialog."""
    return "accounts/dialog_frame.html" if getattr(request, "htmx", False) else "base.html"


def leave(request: HttpRequest, name: str = "accounts:administration", **kwargs: Any) -> HttpResponse:
    """Out of the dialog, to a page."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(reverse(name, kwargs=kwargs))
    return redirect(name, **kwargs)


def page(request: HttpRequest, form: AccessForm, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    shared = {"form": form, "frame": frame_of(request), "acting": form.acting, "seen": None, "refusal": ""}
    return render(request, "accounts/access_form.html", shared | context, status=status)


def preview(request: HttpRequest, form: AccessForm, context: dict[str, Any], make: Callable[[], Grant]) -> HttpResponse:
    """The form again, with what the person would see."""
    try:
        seen = would_see(make)
    except GrantRefused as refusal:
        return page(request, form, context | {"refusal": str(refusal)}, status=FORM_WRONG)
    except WrongState:
        if "grant" not in context:
            return page(request, form, context | {"refusal": MEANWHILE}, status=FORM_WRONG)
        # its page says that somebody has changed it, and leads to what is in force now
        return leave(request, "accounts:access_edit", pk=context["grant"].pk)
    return page(request, form, context | {"seen": seen})
