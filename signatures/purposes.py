"""What signatures are for: an app above registers every purpose that it has something signed for.

A purpose is the short code in `SignedDocument.purpose` and `Signature.purpose`. Who may read a signature is who may read
the page of what was signed, and only the app above knows that, rows and rights alike. Nobody reads a signature of a
purpose that nobody registered.

    register_purpose(
        "commission_protocol",
        label="Протокол решения комиссии СОУТ",
        many="протоколы комиссии",
        read_rights=("protocols.view", "protocols.prepare", "protocols.sign"),
        page=lambda signature: reverse("violations:protocol", args=[…]),  # or "" where it has none
        rows=lambda acting: Q(pk__in=CommissionProtocol.objects.visible_to(acting).values("signature")),
        request_page=lambda request, acting: reverse("violations:protocol_sign", args=[request.subject_uid]),
    )

`rows` narrows further than «of the acting organization», which holds always: who acts for a branch does not see what the
head office signed. Without it the rights alone decide. `request_rows` opens what waits for signatures to more people than the
rights do: a head need not manage access to sign a power of attorney.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from core.notifications.models import Topic

if TYPE_CHECKING:
    from signatures.models import Signature, SigningRequest

Page = Callable[["Signature"], str]
RequestPage = Callable[["SigningRequest", Any], str]
Rows = Callable[[Any], Q]
NOTHING = Q(pk__in=[])
SIGN_AGAIN = "Подпишите документ ещё раз действующим сертификатом."


@dataclass(frozen=True, slots=True)
class Purpose:
    """`label`: «Протокол решения комиссии СОУТ», as lists and receipts name it; `many` follows «можно подписывать».

    `read_rights`: any one of them opens the signature. `page`: the address of what was signed, or "". `rows`: a condition on
    Signature for who acts, or None. `request_page`: where what waits for signatures is signed by who acts, or ""; it asks the
    database nothing. `request_rows`: a condition on SigningRequest for who acts, of what he reads without the rights too.
    `sign_rights`: who may sign for the organization; none where its head signs by his certificate, whoever brings that, or
    (`as_himself`) a person signs by any certificate of his.
    `when_revoked`: what to do where the certificate proves to have been revoked before the receipt; `topic`: of that notice."""

    code: str
    label: str
    read_rights: tuple[str, ...]
    page: Page
    rows: Rows | None = None
    request_page: RequestPage = field(default=lambda request, acting: "")
    sign_rights: tuple[str, ...] = ()
    when_revoked: str = SIGN_AGAIN
    many: str = ""
    request_rows: Rows | None = None
    topic: Topic = Topic.REPORTS
    as_himself: bool = False


_purposes: dict[str, Purpose] = {}


def register_purpose(
    code: str,
    *,
    label: str,
    read_rights: Iterable[str],
    page: Page | None = None,
    rows: Rows | None = None,
    request_page: RequestPage | None = None,
    sign_rights: Iterable[str] = (),
    when_revoked: str = SIGN_AGAIN,
    many: str = "",
    request_rows: Rows | None = None,
    topic: Topic = Topic.REPORTS,
    as_himself: bool = False,
) -> None:
    """Make a purpose known; called when the app is loaded. A code registered twice replaces itself (ready() may run again)."""
    rights = tuple(str(each) for each in read_rights)
    if not rights:
        raise ValueError(f"«{code}»: a purpose without rights would be read by nobody")
    _purposes[code] = Purpose(
        code,
        label,
        rights,
        page or (lambda signature: ""),
        rows,
        request_page or (lambda request, acting: ""),
        tuple(str(each) for each in sign_rights),
        when_revoked,
        many or f"документы «{label}»",
        request_rows,
        topic,
        as_himself,
    )


def purposes() -> list[Purpose]:
    """All of them, in the order of their labels."""
    return sorted(_purposes.values(), key=lambda each: each.label)


def purpose(code: str) -> Purpose | None:
    """What stands before a colon is the purpose: «mchd:7704001236» tells papers of several organizations apart."""
    return _purposes.get(code.partition(":")[0])


def purpose_label(code: str) -> str:
    """The label, or the code itself where nobody registered it (an app was switched off)."""
    found = purpose(code)
    return found.label if found is not None else code


def page_of(signature: Signature) -> str:
    """The address of what was signed; "" where there is none."""
    found = purpose(signature.purpose)
    return found.page(signature) if found is not None else ""


def request_page_of(request: SigningRequest, acting: Any) -> str:
    """The address where it is signed; "" where there is none."""
    found = purpose(request.purpose)
    return found.request_page(request, acting) if found is not None else ""


def codes_signed_by(acting: Any) -> list[str]:
    """The purposes whose documents this person may sign for the organization."""
    return [each.code for each in _purposes.values() if any(acting.holds(right) for right in each.sign_rights)]


def readable_q(acting: Any) -> Q:
    """Which signatures who acts may read, as a condition beside «of his organization». Never an empty Q."""
    return reduce(or_, (_rows_of(each, acting) for each in _purposes.values() if _opens(each, acting)), NOTHING)


def requests_q(acting: Any) -> Q:
    """Which requests who acts may read, as a condition beside «of his organization». Never an empty Q."""
    opened = Q(purpose__in=[each.code for each in _purposes.values() if _opens(each, acting)])
    if acting.branch is not None:
        opened &= Q(branch=acting.branch)
    more = (Q(purpose=each.code) & each.request_rows(acting) for each in _purposes.values() if each.request_rows)
    return reduce(or_, more, opened)


def _opens(each: Purpose, acting: Any) -> bool:
    return any(acting.holds(right) for right in each.read_rights)


def _rows_of(each: Purpose, acting: Any) -> Q:
    of_purpose = Q(purpose=each.code) | Q(purpose__startswith=f"{each.code}:")
    return of_purpose if each.rows is None else of_purpose & each.rows(acting)
