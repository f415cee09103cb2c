"""The closed list of answers about one signature, each with a Russian explanation and advice.

The codes are part of the public interface (``manage.py verify_signature --json``, stored rows), so a
code is never renamed.  Who may sign for whom is a different question: see ``authority``.
"""

from __future__ import annotations

from enum import StrEnum

ASK_FOR_NEW_FILE = "Сформируйте подпись заново и загрузите файл без изменений."
ASK_CERTIFICATION_AUTHORITY = "Обратитесь в удостоверяющий центр, выдавший сертификат."


class Verdict(StrEnum):
    """What a strict check says about one signer of a signature file."""

    OK = "ok"
    MALFORMED = "malformed"
    NO_SIGNERS = "no_signers"
    ATTACHED_CONTENT_DIFFERS = "attached_content_differs"
    SIGNER_CERTIFICATE_MISSING = "signer_certificate_missing"
    DIGEST_NOT_ALLOWED = "digest_not_allowed"
    ALGORITHM_NOT_ALLOWED = "algorithm_not_allowed"
    NOT_CADES_BES = "not_cades_bes"
    SIGNING_CERTIFICATE_MISMATCH = "signing_certificate_mismatch"
    CONTENT_DIGEST_MISMATCH = "content_digest_mismatch"
    SIGNATURE_INVALID = "signature_invalid"
    KEY_USAGE = "key_usage"
    NOT_QUALIFIED = "not_qualified"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    NO_REVOCATION_DATA = "no_revocation_data"
    NO_TRUSTED_CHAIN = "no_trusted_chain"
    CHAIN_INVALID = "chain_invalid"
    EMBEDDED_CERTIFICATE_INVALID = "embedded_certificate_invalid"

    @property
    def explanation(self) -> str:
        """One Russian sentence: what is wrong (or right)."""
        return TEXTS[self][0]

    @property
    def advice(self) -> str:
        """One Russian sentence: what the signer should do; empty for ``ok``."""
        return TEXTS[self][1]


TEXTS: dict[Verdict, tuple[str, str]] = {
    Verdict.OK: ("Подпись верна, сертификат действителен.", ""),
    Verdict.MALFORMED: (
        "Файл не является электронной подписью установленного формата или повреждён.",
        "Загрузите отсоединённую подпись CAdES-BES в файле .sig или .p7s. " + ASK_FOR_NEW_FILE,
    ),
    Verdict.NO_SIGNERS: (
        "В файле подписи нет ни одной подписи.",
        ASK_FOR_NEW_FILE,
    ),
    Verdict.ATTACHED_CONTENT_DIFFERS: (
        "Файл подписи содержит другой документ.",
        "Скачайте документ со страницы подписания и подпишите именно его.",
    ),
    Verdict.SIGNER_CERTIFICATE_MISSING: (
        "В файле подписи нет сертификата подписавшего.",
        "Подпишите документ ещё раз, включив в подпись сертификат.",
    ),
    Verdict.DIGEST_NOT_ALLOWED: (
        "Подпись использует недопустимый алгоритм хеширования.",
        "Подпишите документ с алгоритмом ГОСТ Р 34.11-2012 (256 или 512 бит).",
    ),
    Verdict.ALGORITHM_NOT_ALLOWED: (
        "Подпись использует недопустимый алгоритм или слишком короткий ключ.",
        "Подпишите документ ключом ГОСТ Р 34.10-2012.",
    ),
    Verdict.NOT_CADES_BES: (
        "Подпись не соответствует формату CAdES-BES: нет обязательных подписанных атрибутов.",
        "Выберите в программе подписания формат CAdES-BES и подпишите документ ещё раз.",
    ),
    Verdict.SIGNING_CERTIFICATE_MISMATCH: (
        "Подпись указывает не на тот сертификат, который в неё вложен.",
        ASK_FOR_NEW_FILE,
    ),
    Verdict.CONTENT_DIGEST_MISMATCH: (
        "Подпись сделана для другого документа или документ изменён после подписания.",
        "Скачайте документ со страницы подписания и подпишите именно его, ничего не меняя.",
    ),
    Verdict.SIGNATURE_INVALID: (
        "Значение подписи неверно: файл подписи повреждён или подделан.",
        ASK_FOR_NEW_FILE,
    ),
    Verdict.KEY_USAGE: (
        "Сертификат не предназначен для подписания документов.",
        "Выберите сертификат, в области использования которого есть «Цифровая подпись».",
    ),
    Verdict.NOT_QUALIFIED: (
        "Сертификат не является квалифицированным.",
        "Подпишите документ усиленной квалифицированной электронной подписью "
        "(статья 5 Федерального закона от 06.04.2011 № 63-ФЗ).",
    ),
    Verdict.EXPIRED: (
        "Срок действия сертификата истёк.",
        "Получите новый сертификат в удостоверяющем центре и подпишите документ им.",
    ),
    Verdict.NOT_YET_VALID: (
        "Срок действия сертификата ещё не начался.",
        "Дождитесь начала срока действия или выберите другой сертификат.",
    ),
    Verdict.REVOKED: (
        "Сертификат отозван.",
        "Подпишите документ другим сертификатом. " + ASK_CERTIFICATION_AUTHORITY,
    ),
    Verdict.NO_REVOCATION_DATA: (
        "Нет действующего списка отзыва: нельзя установить, не отозван ли сертификат.",
        "Повторите позже; администратор системы должен загрузить свежий список отзыва удостоверяющего центра.",
    ),
    Verdict.NO_TRUSTED_CHAIN: (
        "Сертификат выдан удостоверяющим центром, которому система не доверяет.",
        "Подпишите документ сертификатом аккредитованного удостоверяющего центра.",
    ),
    Verdict.CHAIN_INVALID: (
        "Цепочка сертификатов до доверенного удостоверяющего центра не прошла проверку.",
        ASK_CERTIFICATION_AUTHORITY,
    ),
    Verdict.EMBEDDED_CERTIFICATE_INVALID: (
        "В файл подписи вложен повреждённый или никем не заверенный сертификат.",
        ASK_FOR_NEW_FILE,
    ),
}
