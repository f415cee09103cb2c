"""«Главная»: for whom the person acts and what he may do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.acting import Acting, acting_of
from accounts.models import AccessRequest, Contacts, RequestState
from accounts.rights import BY_CODE, by_heading
from core.doors import door
from core.frame import navigation
from core.keys import key_of


@door(read=["GET"])
def home(request: HttpRequest) -> HttpResponse:
    """`?asked=<id>`: the answer to the person's own request for a right, where the notice of it leads."""
    acting = acting_of(request)
    sections = navigation(acting, request.path)
    for section in sections:
        section["items"] = [item for item in section["items"] if not item["current"]]
    contacts = Contacts.objects.of(acting.organization, acting.branch)
    context = {
        "contacts": None if contacts is None or contacts.is_empty else contacts,
        "rights": by_heading(acting.rights),
        "sections": [section for section in sections if section["items"]],
        "kpp": acting.branch.kpp if acting.branch else acting.organization.kpp,
        "answer": _answer(acting, key_of(request.GET.get("asked", ""))),
    }
    return render(request, "accounts/home.html", context)


def _answer(acting: Acting, pk: int | None) -> dict[str, str] | None:
    """Title, text and kind of the notice box; None where the address names no answered request of this person."""
    if pk is None:
        return None
    asked = AccessRequest.objects.asked_by(acting).exclude(state=RequestState.OPEN).filter(pk=pk).first()
    if asked is None or asked.right not in BY_CODE:
        return None
    label = BY_CODE[asked.right].label
    if asked.state == RequestState.GRANTED:
        return {"title": f"Вам предоставлено право «{label}»", "text": "", "kind": "done"}
    if asked.state == RequestState.CLOSED:
        return {"title": f"Просьба о праве «{label}» закрыта без ответа", "text": f"{asked.reason}.", "kind": "info"}
    return {"title": f"Право «{label}» не предоставлено", "text": f"Причина: {asked.reason}", "kind": "careful"}
