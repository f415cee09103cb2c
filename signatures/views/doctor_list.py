"""The diagnosis of every certificate that a browser's plug-in has found, for the signing panel and the doctor's page."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from accounts.acting import acting_of
from core.doors import door
from core.limits import too_often
from core.uploads import announced_too_large
from signatures.doctor.advice import CHOOSE_ANOTHER
from signatures.doctor.certificate import diagnose_certificate
from signatures.doctor.files import LARGEST_CERTIFICATE
from signatures.doctor.kinds import kind_of, will_do
from signatures.selectors import trust_store
from signatures.views.doctor import CHECKS, RATE_ACTION
from signatures.views.doctor_shown import Shown, power_of, shown, whose

MOST = 24  # GOST in Python takes some 50 ms for a certificate
LARGEST_REQUEST = 1024 * 1024
TOO_MANY = f"Можно проверить не больше {MOST} сертификатов за один раз."


@csrf_exempt  # only on the outside: the token is checked inside, after the door and the announced length
@sensitive_post_parameters()
@door(write=["POST"])
def doctor_certificates(request: HttpRequest) -> JsonResponse:
    """``certificate`` (base64, repeated) → {now, certificates: [{readable, suits, owner, facts, why, advice, notes, html}]}.

    In the order they came.  ``suits``: a document of the kind named by ``purpose`` (any, where it is not named) may be signed
    by it.  ``why``, ``advice`` and ``notes`` are lists of sentences; ``html`` is there with ``full=1``.
    400 where there are none or too many, 429 with ``problem`` where they come too often.
    """
    if announced_too_large(request, LARGEST_REQUEST):
        return JsonResponse({"problem": TOO_MANY}, status=413)
    return _answer(request)


@csrf_protect
def _answer(request: HttpRequest) -> JsonResponse:
    given = request.POST.getlist("certificate")
    if not 0 < len(given) <= MOST:
        return JsonResponse({"problem": TOO_MANY if given else "Нет ни одного сертификата."}, status=400)
    if refused := too_often(request, RATE_ACTION, CHECKS):
        return JsonResponse({"problem": refused}, status=429)
    acting, now = acting_of(request), timezone.now()
    trust, kind, full = trust_store(now), kind_of(request.POST.get("purpose", "")), request.POST.get("full") == "1"
    answers = []
    for text in given:
        try:
            der = _der(text)
            diagnosis = diagnose_certificate(
                der, whose=whose(acting), trust=trust, moment=now, power_of=power_of(acting, now)
            )
        except ValueError:
            answers.append({"readable": False})
            continue
        answers.append(_described(shown(diagnosis, acting), will_do(diagnosis, kind), full))
    return JsonResponse({"now": now.isoformat(), "certificates": answers})


def _der(text: str) -> bytes:
    """Raises ValueError."""
    try:
        der = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64") from error
    if len(der) > LARGEST_CERTIFICATE:
        raise ValueError("too large for a certificate")
    return der


def _described(seen: Shown, suits: bool, full: bool) -> dict[str, Any]:
    diagnosis, summary = seen.diagnosis, seen.summary
    reasons = [] if suits else [finding.text for finding in diagnosis.obstacles]
    if diagnosis.suits and not suits:
        reasons = ["Этот документ подписывает руководитель сертификатом организации, доверенности мало."]
    answer: dict[str, Any] = {
        "readable": True,
        "suits": suits,
        "owner": seen.owner,
        "facts": seen.facts,
        "why": reasons,
        # the other certificates are in the same list
        "advice": [step for step in summary.steps if step != CHOOSE_ANOTHER] if reasons else [],
        "notes": [finding.text for finding in diagnosis.warnings],
    }
    if full:
        answer["html"] = render_to_string("signatures/_doctor_certificate.html", {"shown": seen})
    return answer
