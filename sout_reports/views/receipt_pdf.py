"""«Скачать квитанцию»."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from core.doors import door
from core.pdf import pdf_response
from sout_reports.documents import RECEIPT
from sout_reports.models import IMPORT
from sout_reports.views.scope import brought_report


@door(read=["GET"], write=["POST"], right=IMPORT)
def receipt_pdf(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    report = brought_report(request, uid)
    back = reverse("sout_reports:receipt", args=[report.uid])
    return pdf_response(request, RECEIPT, report, title=f"Квитанция № {report.number}", back_url=back)
