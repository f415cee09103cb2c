"""«Проверка электронной подписи»: the page of the doctor, and what it answers to a certificate or a trial signature.

Nothing that comes here is kept: no row, no file on the disk, no line in the journal.  Files stay in memory, so that a private
key that somebody has brought by mistake is gone with the request.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from accounts.acting import acting_of
from core.doors import door
from core.files.serving import as_attachment
from core.limits import too_often
from core.uploads import announced_too_large
from signatures.doctor.certificate import diagnose_certificate
from signatures.doctor.challenge import Challenge, ChallengeRefused, new_challenge, read_challenge
from signatures.doctor.files import (
    LARGEST_CERTIFICATE,
    LARGEST_SIGNATURE,
    TEXTS,
    FileCode,
    FileRefused,
    read_certificate_file,
    read_signature_file,
)
from signatures.doctor.signature import diagnose_signature
from signatures.selectors import trust_store
from signatures.templatetags.signing import plugin_script
from signatures.views.doctor_forms import CertificateForm, InMemoryHandler, TrialForm, kept_in_memory
from signatures.views.doctor_shown import power_of, shown, whose

RATE_ACTION, CHECKS = "signature_doctor", "проверок подряд"
CHALLENGE_NAME = "probnaya-podpis.txt"


@door(read=["GET"])
def doctor(request: HttpRequest) -> HttpResponse:
    return _page(request)


@door(read=["GET"])
def doctor_challenge(request: HttpRequest) -> HttpResponse:
    """The text of a trial signature: a fresh one, or that of the code the page was made with.  400 for a code that is no good."""
    try:
        challenge = _challenge(request, request.GET.get("code", ""))
    except ChallengeRefused as refused:
        return _page(request, challenge_refused=refused.text, status=400)
    response = as_attachment(HttpResponse(challenge.content, content_type="text/plain; charset=utf-8"), CHALLENGE_NAME)
    response["X-Trial-Code"] = challenge.code
    return response


@csrf_exempt  # only on the outside: the token is checked inside, after the door and the announced length
@door(write=["POST"])
def doctor_certificate(request: HttpRequest) -> HttpResponse:
    """The diagnosis of an uploaded certificate; 413, 422 or 429 with the page and what is wrong."""
    if announced_too_large(request, LARGEST_CERTIFICATE):
        return _page(request, certificate_form=CertificateForm.refused(TEXTS[FileCode.TOO_LARGE]), status=413)
    return _take_certificate(request, kept_in_memory(request, LARGEST_CERTIFICATE))


@csrf_protect
def _take_certificate(request: HttpRequest, handler: InMemoryHandler) -> HttpResponse:
    form = CertificateForm(request.POST, request.FILES)
    try:
        file = read_certificate_file(*form.file(handler))
    except FileRefused as refused:
        return _page(request, certificate_form=CertificateForm.refused(refused.text), status=422)
    if too_many := too_often(request, RATE_ACTION, CHECKS):
        return _page(request, too_many=too_many, status=429)
    acting, now = acting_of(request), timezone.now()
    diagnosis = diagnose_certificate(
        file.der,
        whose=whose(acting),
        trust=trust_store(now),
        moment=now,
        embedded=file.others,
        power_of=power_of(acting, now),
    )
    return render(request, "signatures/doctor_result.html", {"shown": shown(diagnosis, acting), "moment": now})


@csrf_exempt  # as above
@sensitive_post_parameters()
@door(write=["POST"])
def doctor_signature(request: HttpRequest) -> HttpResponse:
    """The diagnosis of a trial signature: a whole page, or only its part for a script (X-Requested-With)."""
    if announced_too_large(request, LARGEST_SIGNATURE):
        return _page(request, trial_form=TrialForm.refused(TEXTS[FileCode.TOO_LARGE]), status=413)
    return _take_signature(request, kept_in_memory(request, LARGEST_SIGNATURE))


@csrf_protect
def _take_signature(request: HttpRequest, handler: InMemoryHandler) -> HttpResponse:
    form = TrialForm(request.POST, request.FILES)
    acting, now = acting_of(request), timezone.now()
    code = str(request.POST.get("code", ""))
    try:
        challenge = _challenge(request, code) if code else None
        if challenge is None:
            raise ChallengeRefused("Не указано, какой текст подписан. Скачайте текст со страницы ещё раз.")
        signature = read_signature_file(*form.file(handler))
    except ChallengeRefused as refused:
        return _refused_trial(request, refused.text)
    except FileRefused as refused:
        return _refused_trial(request, refused.text, challenge)
    if too_many := too_often(request, RATE_ACTION, CHECKS):
        return _refused_trial(request, too_many, challenge, status=429)
    diagnosis = diagnose_signature(
        signature,
        challenge.content,
        whose=whose(acting),
        trust=trust_store(now),
        moment=now,
        power_of=power_of(acting, now),
    )
    template = "signatures/_diagnosis.html" if _by_script(request) else "signatures/doctor_result.html"
    return render(request, template, {"shown": shown(diagnosis, acting), "moment": now})


def _refused_trial(
    request: HttpRequest, text: str, challenge: Challenge | None = None, *, status: int = 422
) -> HttpResponse:
    if _by_script(request):
        return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    return _page(request, trial_form=TrialForm.refused(text), challenge=challenge, status=status)


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _challenge(request: HttpRequest, code: str) -> Challenge:
    """Raises ChallengeRefused."""
    key, now = request.session.session_key or "", timezone.now()
    return read_challenge(code, key, now) if code else new_challenge(key, now)


def _page(
    request: HttpRequest,
    *,
    certificate_form: CertificateForm | None = None,
    trial_form: TrialForm | None = None,
    challenge: Challenge | None = None,
    challenge_refused: str = "",
    too_many: str = "",
    status: int = 200,
) -> HttpResponse:
    acting = acting_of(request)
    context: dict[str, Any] = {
        "certificate_form": certificate_form or CertificateForm(),
        "trial_form": trial_form or TrialForm(),
        "challenge": challenge or _challenge(request, ""),
        "challenge_refused": challenge_refused,
        "too_many": too_many,
        "organization": acting.organization,
        "plugin_script": plugin_script(),
        "largest_certificate": LARGEST_CERTIFICATE,
    }
    return render(request, "signatures/doctor.html", context, status=status)
