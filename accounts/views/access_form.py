"""What the pages of the dialog «Добавить сотрудника» share: choosing the frame, showing the form, previewing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect, push_url

from accounts.access_form import AccessForm
from accounts.actions import GrantRefused
from accounts.models import Grant
from accounts.preview import would_see
from core.moves import WrongState

FORM_WRONG = 422
MEANWHILE = "Пока вы заполняли форму, доступ этого сотрудника изменил кто-то ещё. Проверьте его в списке и повторите."


def framed(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A whole page, or for htmx the part that stands in the dialog, under the address of the list.

    htmx 2 would take the address of every boosted answer: it heeds no hx-push-url="false" there, but this header.
    """
    if not getattr(request, "htmx", False):
        return render(request, template, {"frame": "base.html"} | context, status=status)
    answer = render(request, template, {"frame": "accounts/dialog_frame.html"} | context, status=status)
    return push_url(answer, False)


def leave(request: HttpRequest, name: str = "accounts:administration", **kwargs: Any) -> HttpResponse:
    """Out of the dialog, to a page."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(reverse(name, kwargs=kwargs))
    return redirect(name, **kwargs)


def unjudged(form: AccessForm) -> AccessForm:
    """With what was typed, and no errors: the person has only asked to tick something."""
    typed = {name: form.data.get(name, "") for name in form.fields} | {"rights": form.rights}
    return AccessForm(acting=form.acting, grant=form.grant, initial=typed)


def page(request: HttpRequest, form: AccessForm, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    shared = {"form": form, "acting": form.acting, "seen": None, "refusal": ""}
    return framed(request, "accounts/access_form.html", shared | context, status=status)


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
