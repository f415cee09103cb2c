"""One МЧД: what it says, whether it works here, its files, and «Убрать из кабинета»."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.acting import acting_of
from accounts.rights import Right
from core.doors import door
from core.files.serving import as_attachment
from core.identifiers import mask_snils
from signatures.actions import withdraw_power
from signatures.mchd.reading import read_power
from signatures.models import PowerOfAttorney
from signatures.power_states import shown
from signatures.powers import WHO_RETURNS, signing_codes

LONGEST_REASON = 300


def own_power(request: HttpRequest, uid: UUID) -> PowerOfAttorney:
    """The paper where it is the acting person's to see; Http404 otherwise."""
    rows = PowerOfAttorney.objects.select_related("document", "signature__recheck", "organization", "uploaded_by")
    return get_object_or_404(rows.visible_to(acting_of(request)), uid=uid)


@door(read=["GET"])
def power(request: HttpRequest, uid: UUID) -> HttpResponse:
    row = own_power(request, uid)
    paper = read_power(row.xml)
    head = row.signature.subject
    people = [(each["name"], mask_snils(each["snils"]), each["position"]) for each in row.representatives]
    context = {
        "power": row,
        "shown": shown(row),
        "paper": paper,
        "people": people,
        "head": head.person,
        "debt": row.debt,
        "codes": signing_codes(),
        "known_codes": {code for code, _words, _known in signing_codes()},
        "may_withdraw": acting_of(request).holds(Right.ACCESS) and row.withdrawn_at is None,
        "may_return": acting_of(request).holds(Right.ACCESS),
        "who_returns": WHO_RETURNS,
        "longest_reason": LONGEST_REASON,
    }
    return render(request, "signatures/power.html", context)


@door(read=["GET"])
def power_xml(request: HttpRequest, uid: UUID) -> HttpResponse:
    row = own_power(request, uid)
    return as_attachment(
        HttpResponse(row.xml, content_type="application/xml"), f"ON_EMCHD_{row.issued:%Y%m%d}_{row.number}.xml"
    )


@door(read=["GET"])
def power_signature(request: HttpRequest, uid: UUID) -> HttpResponse:
    row = own_power(request, uid)
    name = f"ON_EMCHD_{row.issued:%Y%m%d}_{row.number}.xml.sig"
    return as_attachment(HttpResponse(bytes(row.signature.der), content_type="application/octet-stream"), name)


@door(write=["POST"], right=Right.ACCESS)
def power_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    row = own_power(request, uid)
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:LONGEST_REASON]
    withdraw_power(row, reason=reason, acting=acting_of(request))
    messages.success(request, f"{row} убрана из кабинета: подписывать по ней здесь больше нельзя.")
    return redirect("signatures:power", uid=uid)
