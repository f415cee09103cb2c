"""The text of letters. Both parts, plain text and HTML, say the same in the words of the bell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from core.identifiers import hide_snils
from core.notifications.links import CONFIRM_WITHIN, absolute, confirm_link, stop_link
from core.notifications.models import Address, Letter, Notice, Way
from core.templatetags.formats import counted, moscow_today, ru_date

SUBJECT_LONGEST = 150
ADDRESSES_PAGE = "accounts:settings_addresses"  # of an organization: a page of the app above, by name


@dataclass(frozen=True, slots=True)
class Said:
    """A notice as a letter tells it. `due`: «21.11.2026, осталось 4 рабочих дня» is made of it by the template."""

    organization: str
    topic: str
    text: str
    why: str
    due_on: Any  # date or None
    action: str
    url: str


def said(notice: Notice) -> Said:
    where = f"{notice.organization} › {notice.branch}" if notice.branch is not None else str(notice.organization)
    return Said(
        organization=hide_snils(where),  # the name may be what a file calls the employer
        topic=notice.get_topic_display(),
        text=notice.text,
        why=notice.why.rstrip("."),
        due_on=notice.due_on,
        action=notice.action,
        url=absolute("core:notice_open", notice.pk),
    )


def write(letters: Sequence[Letter], *, to: str) -> EmailMultiAlternatives:
    """One message for letters of one recipient: several only where they are a digest. They come with notice, organization,
    branch, user and address."""
    first = letters[0]
    if first.notice is None:
        assert first.address is not None  # the table's constraint: a letter without a notice goes to an address
        return _confirmation(first.address, to)
    if first.address is not None:
        return _copy(said(first.notice), first.address, to)
    assert first.user is not None  # as above: to an address, or to a person
    context: dict[str, Any] = {
        "recipient": first.user.full_name,
        "settings_url": absolute("core:notice_settings"),
    }
    if first.way == Way.DIGEST:
        told = [said(each.notice) for each in letters if each.notice is not None]
        notices = sorted(told, key=lambda each: each.organization)
        subject = f"Сводка уведомлений за {ru_date(moscow_today())}"
        amount = counted(len(notices), "уведомление,уведомления,уведомлений")
        return _message("digest", subject, context | {"notices": notices, "amount": amount}, to)
    notice = said(first.notice)
    return _message("notice", f"{notice.organization}: {notice.text}", context | {"notice": notice}, to)


def _copy(notice: Said, address: Address, to: str) -> EmailMultiAlternatives:
    context = {
        "recipient": "",
        "notice": notice,
        "stop_url": stop_link(address),
        "settings_url": absolute(ADDRESSES_PAGE),
    }
    return _message("copy", f"{notice.organization}: {notice.text}", context, to)


def _confirmation(address: Address, to: str) -> EmailMultiAlternatives:
    context = {
        "recipient": address.user.full_name if address.user is not None else "",
        "organization": address.organization,
        "confirm_url": confirm_link(address),
        "days": CONFIRM_WITHIN.days,
        "settings_url": absolute("core:notice_settings" if address.organization is None else ADDRESSES_PAGE),
    }
    return _message("confirm", "Подтвердите адрес для писем кабинета", context, to)


def _message(name: str, subject: str, context: dict[str, Any], to: str) -> EmailMultiAlternatives:
    context = context | {"cabinet_url": settings.PUBLIC_URL}
    one_line = " ".join(subject.split())
    if len(one_line) > SUBJECT_LONGEST:
        one_line = one_line[: SUBJECT_LONGEST - 1].rstrip() + "…"
    message = EmailMultiAlternatives(
        subject=one_line,
        body=render_to_string(f"mail/{name}.txt", context),
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},  # RFC 3834: holiday answers stay away
    )
    message.attach_alternative(render_to_string(f"mail/{name}.html", context), "text/html")
    return message
