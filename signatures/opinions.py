"""Dissenting opinions («особое мнение»): a text of its own that the member of a commission signs beside the document.

The document is plain text (UTF-8 with its mark, lines end with CR LF), so that who signs it reads it in any program. Its head
names what it belongs to by name and SHA-256, and the signing request, so no two have the same bytes. What follows the line
`MARK` to the end is the member's own text: nothing in it can be taken for the head.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.identifiers import normalize_snils
from core.templatetags.formats import ogrn_label, ru_date
from signatures.models import Signature, SignerTurn, SigningRequest
from signatures.states import RequestState, TurnKind

LONGEST_OPINION = 5000
MARK = "Текст особого мнения:"
_END = "\r\n"
_BYTE_ORDER_MARK = "\ufeff"
# Embeddings, overrides and isolates: they show a text in another order than its signs stand in.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class OpinionRefused(Exception):
    """The opinion is not taken. The text is Russian, a sentence or two."""

    @property
    def text(self) -> str:
        return str(self.args[0])


def canonical(text: str) -> str:
    """The text as it is signed: lines end with «\\n» however they came, without spaces at their ends or empty lines around."""
    lines = text.replace("\t", " ").splitlines()
    return "\n".join(line.rstrip() for line in lines).strip()


def refuse_unfit(text: str) -> None:
    """Raises OpinionRefused for a canonical text that is empty, too long, or would not be read as it is written."""
    if not any(sign.isalnum() for sign in text):
        raise OpinionRefused("Напишите, с чем и почему не согласен член комиссии.")
    if len(text) > LONGEST_OPINION:
        raise OpinionRefused(f"В тексте {len(text)} знаков, а можно не больше {LONGEST_OPINION}. Сократите его.")
    for place, sign in enumerate(text, start=1):
        if (sign != "\n" and unicodedata.category(sign) in {"Cc", "Cs"}) or sign in _TURNING:
            raise OpinionRefused(
                f"В тексте есть невидимый управляющий знак (знак {place}, код U+{ord(sign):04X}): документ с ним читался бы "
                "по-разному. Наберите это место заново."
            )


def opinion_document(turn: SignerTurn, text: str, *, request: UUID, day: date) -> bytes:
    """The exact bytes to be signed. `turn` comes with its request, document and organization; `text` is canonical."""
    document, organization = turn.request.document, turn.request.organization
    head = [
        "ОСОБОЕ МНЕНИЕ",
        "",
        f"К документу: {document.name}",
        f"SHA-256 документа: {document.sha256}",
        f"Организация: {organization.full_name}, ИНН {organization.inn}, {ogrn_label(organization.ogrn)} {organization.ogrn}",
        f"Подписывает: {turn.person}, {turn.role[:1].lower()}{turn.role[1:]}",
        f"Дата: {ru_date(day)}",
        f"Номер запроса подписи: {request}",
        "",
        MARK,
        "",
    ]
    lines = [*(" ".join(line.split()) for line in head), *text.split("\n"), ""]
    return (_BYTE_ORDER_MARK + _END.join(lines)).encode()


def text_of(document: bytes) -> str:
    """The member's own text out of the bytes that are, or were, signed."""
    _head, _mark, text = document.decode("utf-8-sig").partition(f"{MARK}{_END}{_END}")
    return text.replace(_END, "\n").removesuffix("\n")


@dataclass(frozen=True, slots=True)
class Dissent:
    """An opinion as it stands beside its document. `signature` None: it waits for the member's."""

    request: SigningRequest
    turn: SignerTurn
    signature: Signature | None

    @property
    def text(self) -> str:
        return text_of(bytes(self.request.document.body or b""))

    @property
    def signed_by_snils(self) -> str:
        """Of the certificate that signed it; "" while it waits, or where the certificate has none."""
        return normalize_snils(self.signature.subject.snils or "") if self.signature is not None else ""


def dissents(asked: SigningRequest | None) -> list[Dissent]:
    """The opinions that wait or were signed beside a request, in the order of its turns. Three queries at most."""
    if asked is None:
        return []
    rows = SigningRequest.objects.living().filter(opinion_of__request=asked).select_related("document", "opinion_of")
    rows = rows.prefetch_related("turns__signature").order_by("opinion_of__stage", "opinion_of_id")
    return [_dissent(row) for row in rows]


def _dissent(row: SigningRequest) -> Dissent:
    assert row.opinion_of is not None  # they are asked for by it
    signed = [turn.signature for turn in row.turns.all()] if row.state == RequestState.COMPLETED else []
    return Dissent(row, row.opinion_of, signed[0] if signed else None)


def dissents_with(signature: Signature) -> list[Dissent]:
    """The signed opinions that go along with a signature of their document: his own with a member's, with that of the
    organization, which is the last, all of them."""
    turns: Iterable[SignerTurn] = signature.turns.select_related("request")
    found: dict[int, Dissent] = {}
    for turn in turns:
        for each in dissents(turn.request):
            if each.signature is not None and (turn.kind == TurnKind.ORGANIZATION or each.turn.pk == turn.pk):
                found[each.request.pk] = each
    return list(found.values())
