"""The protocol of the electronic expertise as PDF."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from core.doors import door
from core.pdf import pdf_response
from violations.documents import EXPERTISE
from violations.views.scope import EXPERTISE_READERS, judged_report


@door(read=["GET"], write=["POST"], right=EXPERTISE_READERS)
def expertise_pdf(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    report = judged_report(request, uid)
    back = reverse("violations:expertise", args=[report.uid])
    title = f"Протокол электронной экспертизы отчёта № {report.number}"
    return pdf_response(request, EXPERTISE, report, title=title, back_url=back)
