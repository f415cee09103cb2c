"""«Импорт отчёта СОУТ»: a file goes in, a receipt comes out."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.acting import acting_of
from core import pdf
from core.doors import door
from core.uploads import BoundedUploadHandler, announced_too_large, bound
from sout_reports import forms
from sout_reports.actions import receive
from sout_reports.documents import RECEIPT
from sout_reports.models import IMPORT


@csrf_exempt  # only on the outside: the token is checked in `_take`, after the door and the announced length
@door(read=["GET"], write=["POST"], right=IMPORT)
def upload(request: HttpRequest) -> HttpResponse:
    """GET: the page. POST: 303 to the receipt; 413 or 422 with the page and what is wrong."""
    if request.method != "POST":
        return _page(request, forms.UploadForm())
    limit = settings.SOUT_UPLOAD_MAX_BYTES
    if announced_too_large(request, limit):
        return _refused(request, forms.too_large(limit), status=413)
    return _take(request, bound(request, limit))


@csrf_protect
def _take(request: HttpRequest, handler: BoundedUploadHandler) -> HttpResponse:
    form = forms.UploadForm(request.POST, request.FILES)
    if handler.exceeded:
        return _refused(request, forms.too_large(handler.limit), status=413)
    if not form.is_valid():
        return _page(request, form, status=422)
    acting = acting_of(request)
    report, is_new = receive(form.stream, name=form.file_name, actor=acting)
    if is_new:
        pdf.prepare(RECEIPT, report, actor=acting)
    address = reverse("sout_reports:receipt", args=[report.uid])
    return HttpResponseRedirect(address if is_new else f"{address}?again=1", status=303)


def _refused(request: HttpRequest, text: str, *, status: int) -> HttpResponse:
    form = forms.UploadForm({})
    form.refuse(text)
    return _page(request, form, status=status)


def _page(request: HttpRequest, form: forms.UploadForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "limit": settings.SOUT_UPLOAD_MAX_BYTES,
        "unpacked_limit": settings.SOUT_UNPACKED_MAX_BYTES,
        "accept": forms.ACCEPT,
    }
    return render(request, "sout_reports/upload.html", context, status=status)
