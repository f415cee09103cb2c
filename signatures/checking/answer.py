"""What «Проверить документ» says: one answer for each signer, in plain words, ready for JSON. Never a СНИЛС.

answer = {"moment": «25.11.2026, 14:05 (МСК)», "signers": [signer, …]}
signer = {"verdict", "tone" (done | careful | stop), "title", "explanation", "advice", "owner", "position", "organization", "inn",
"ogrn", "serial", "term", "qualified", "chain" ([names]), "signing_time", "vouched", "demo", "accepted"}: texts; `qualified`,
`vouched` (somebody trusted vouches for the name) and `demo` are bool, `accepted` is a sentence or "".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from core.templatetags.formats import ru_date, ru_datetime, ru_time
from signatures.demo_mark import DEMO_AUTHORITY
from signatures.models import RevocationRecheck, Signature
from signatures.reports import SignerReport
from signatures.verdicts import Verdict

Outcome = RevocationRecheck.Outcome
# Nobody knows (yet) whether the certificate was revoked at the receipt.
OPEN = ("", Outcome.UNKNOWN)
# The document is the one that was signed, and by this certificate; what is wrong is the certificate as of now.
SOUND = frozenset(
    {
        Verdict.OK,
        Verdict.KEY_USAGE,
        Verdict.NOT_QUALIFIED,
        Verdict.EXPIRED,
        Verdict.NOT_YET_VALID,
        Verdict.REVOKED,
        Verdict.NO_REVOCATION_DATA,
        Verdict.NO_TRUSTED_CHAIN,
        Verdict.CHAIN_INVALID,
        Verdict.EMBEDDED_CERTIFICATE_INVALID,
    }
)
# Not a fault of the signature: the answer may have been another when it was put, or will be when there is a fresh list.
PASSING = frozenset({Verdict.EXPIRED, Verdict.NO_REVOCATION_DATA})
GOOD, NOT_NOW, UNKNOWN, BAD = (
    "Подпись верна",
    "Документ не изменён, но сертификат сейчас не подтверждается",
    "Документ не изменён, но подписавшему доверять нельзя",
    "Подпись не подтверждена",
)
ALL_WELL = "Документ не изменён после подписания, сертификат действителен."
ADVICE = {
    Verdict.CONTENT_DIGEST_MISMATCH: "Возьмите документ и подпись из одного источника. Если они из одного, документ менялся после "
    "подписания: попросите подписавшего прислать его снова.",
    Verdict.ATTACHED_CONTENT_DIFFERS: "В файле подписи лежит свой документ. Чтобы проверить его, загрузите файл подписи без "
    "документа.",
    Verdict.EXPIRED: "Подпись могла быть действительна, когда её поставили. Это подтверждает тот, кто принял её тогда.",
    Verdict.REVOKED: "Если подпись поставлена до отзыва, её действительность подтверждает тот, кто принял её тогда.",
    Verdict.NO_REVOCATION_DATA: "Повторите проверку позже.",
    Verdict.NO_TRUSTED_CHAIN: "Кому выдан сертификат, кабинет подтвердить не может: такой сертификат мог сделать кто угодно.",
    Verdict.CHAIN_INVALID: "Кому выдан сертификат, кабинет подтвердить не может.",
    Verdict.SIGNATURE_INVALID: "Попросите подписавшего прислать файл подписи ещё раз.",
    Verdict.MALFORMED: "Выберите файл подписи: .sig, .p7s, .sgn или .p7m. Если это он, попросите прислать его ещё раз.",
    Verdict.NO_SIGNERS: "Попросите подписавшего прислать файл подписи ещё раз.",
    Verdict.NOT_QUALIFIED: "Для документов кабинета нужна квалифицированная подпись.",
}


def answer_of(reports: Sequence[SignerReport], moment: datetime) -> dict[str, Any]:
    """Two queries at most, whatever the number of signers."""
    accepted = _accepted(report.fingerprint for report in reports if report.verdict in SOUND)
    return {
        "moment": ru_datetime(moment),
        "signers": [_signer(report, accepted.get(report.fingerprint, "")) for report in reports],
    }


def _accepted(fingerprints: Iterable[str]) -> dict[str, str]:
    """When each act of signing was first accepted here, for whomever, as a sentence. Nothing else of the receipt is anybody's
    business. One whose certificate proved revoked by then was not to be accepted, and is not."""
    wanted = {each for each in fingerprints if each}
    if not wanted:
        return {}
    rows = Signature.objects.filter(fingerprint__in=wanted, verdict=Verdict.OK).order_by("-moment")
    found = rows.exclude(recheck__outcome=Outcome.REVOKED).values_list("fingerprint", "moment", "recheck__outcome")
    return {
        fingerprint: _accepted_words(moment, is_settled=outcome not in OPEN) for fingerprint, moment, outcome in found
    }


def _signer(report: SignerReport, accepted: str) -> dict[str, Any]:
    subject = report.subject
    tone, title = _tone(report, accepted)
    chain = [link.name for link in report.chain]
    return {
        "verdict": report.verdict.value,
        "tone": tone,
        "title": title,
        "explanation": ALL_WELL if report.ok else report.explanation,
        "advice": "" if accepted else ADVICE.get(report.verdict, ""),
        "owner": subject.person,
        "position": subject.title or "",
        "organization": subject.o or "",
        "inn": subject.innle or "",
        "ogrn": subject.ogrn or subject.ogrnip or "",
        "serial": report.serial.upper(),
        "term": f"с {ru_date(report.not_before)} по {ru_date(report.not_after)}" if report.serial else "",
        "qualified": report.qualified,
        "chain": chain,
        "signing_time": ru_datetime(report.signing_time),
        "vouched": bool(chain) or bool(accepted),
        "demo": any(name.startswith(DEMO_AUTHORITY) for name in chain),
        "accepted": accepted,
    }


def _tone(report: SignerReport, accepted: str) -> tuple[str, str]:
    if report.ok:
        return "done", GOOD
    if report.verdict not in SOUND:
        return "stop", BAD
    if accepted or report.verdict in PASSING:
        return "careful", NOT_NOW
    return "stop", UNKNOWN


def _accepted_words(moment: datetime, *, is_settled: bool) -> str:
    then = ", тогда была действительна" if is_settled else "; был ли тогда отозван её сертификат, не установлено"
    return f"Принята здесь {ru_date(moment)} в {ru_time(moment)}{then}."
