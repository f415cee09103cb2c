"""What a page tells: notices, badges, verdicts, empty states, terms, progress, receipts."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.safestring import SafeString

from core.templatetags.closed import ComponentError, one_of, required
from core.templatetags.formats import ru_date, ru_datetime, thin, working_days_left
from core.templatetags.icons import check_icon

NOTICES = {"info": "info", "done": "circle-check", "careful": "triangle-alert", "stop": "circle-x"}
NOTICE_WORDS = {"info": "Сведения", "done": "Готово", "careful": "Внимание", "stop": "Ошибка"}
# Levels of django.contrib.messages.
MESSAGE_NOTICES = {"debug": "info", "info": "info", "success": "done", "warning": "careful", "error": "stop"}
TONES = ("plain", "info", "good", "careful", "stop")
VERDICTS = {
    "conforms": ("Соответствует требованиям", "good", "circle-check"),
    "violations": ("Не соответствует требованиям", "stop", "circle-x"),
    "refused": ("Отказано в приёме", "stop", "circle-x"),
    "checking": ("Проверяется", "info", "clock"),
    "": ("Не определено", "plain", ""),
}
SEVERITIES = {
    "БЛОК": ("Отказ в приёме", "stop"),
    "НАРУШ": ("Признак нарушения", "stop"),
    "ПРЕД": ("Предупреждение", "careful"),
    "РИСК": ("Индикатор риска", "info"),
}
EMPTY_ICONS = {"nothing": "folder-open", "filtered": "search-x", "no_right": "lock"}
STEP_STATES = {
    "done": ("check", "выполнено"),
    "now": ("loader", "выполняется"),
    "next": ("", "ещё не начато"),
    "failed": ("x", "не выполнено"),
}
STEP_KEYS = {"label", "state", "text", "done", "total"}
# From so few working days on, a term is shown in the careful tone [own choice].
NEAR_DAYS = 5


def notice(text: str, kind: str, title: str = "") -> dict[str, object]:
    """One message; `stop` interrupts a screen reader, the rest wait their turn."""
    one_of("notice", "kind", kind, NOTICES)
    return {
        "text": text,
        "kind": kind,
        "title": title,
        "icon": NOTICES[kind],
        "word": NOTICE_WORDS[kind],
        "role": "alert" if kind == "stop" else "status",
    }


def notice_box(content: SafeString, kind: str, title: str = "") -> dict[str, object]:
    """A notice with markup inside; for refusals: what, where, why, what to do."""
    return notice(content, kind, title)


def message_notice(message: object) -> dict[str, object]:
    """A message of django.contrib.messages as a notice."""
    level = getattr(message, "level_tag", "")
    one_of("message_notice", "level", level, MESSAGE_NOTICES)
    return notice(str(message), MESSAGE_NOTICES[level])


def badge(text: str, tone: str = "plain", icon: str = "", url: str = "") -> dict[str, object]:
    """A short state word on a tinted ground."""
    required("badge", "text", text)
    one_of("badge", "tone", tone, TONES)
    check_icon("badge", icon)
    return {"text": text, "tone": tone, "icon": icon, "url": url}


def verdict(value: str | None, url: str = "") -> dict[str, object]:
    """The verdict of the quality check in the cabinet's own words; `url` leads to its protocol."""
    code = str(value or "")
    one_of("verdict", "value", code, VERDICTS)
    text, tone, icon = VERDICTS[code]
    return badge(text, tone, icon, url)


def severity(value: str) -> dict[str, object]:
    """Severity of a finding, as the rule catalogue codes it."""
    one_of("severity", "value", str(value), SEVERITIES)
    text, tone = SEVERITIES[str(value)]
    return badge(text, tone)


def empty(title: str, kind: str = "nothing", text: str = "", action: str = "", url: str = "") -> dict[str, object]:
    """Why there is nothing here, and what to do about it."""
    one_of("empty", "kind", kind, EMPTY_ICONS)
    required("empty", "title", title)
    if kind == "filtered":
        if not url:
            raise ComponentError("empty: kind 'filtered' needs url= that clears the filters")
        text = text or "Под выбранные условия не подходит ни одна запись."
        action = action or "Очистить фильтры"
    return {"title": title, "kind": kind, "text": text, "action": action, "url": url, "icon": EMPTY_ICONS[kind]}


def deadline(day: dt.date | None, prefix: str = "до") -> dict[str, object]:
    """A term as its day and what is left of it in working days."""
    words = working_days_left(day)
    tone = "plain"
    if words.startswith(("просрочено", "срок истёк")):
        tone = "stop"
    elif words.startswith(("сегодня", "рабочих дней не")) or _is_near(words):
        tone = "careful"
    return {"date": ru_date(day), "words": words, "tone": tone, "prefix": prefix}


def _is_near(words: str) -> bool:
    digits = "".join(letter for letter in words if letter.isdigit())
    return bool(digits) and int(digits) <= NEAR_DAYS


def stat(
    value: int | float | Decimal | str | None, label: str, tone: str = "plain", url: str = "", note: str = ""
) -> dict[str, object]:
    """One number with its word, inside `stats`."""
    one_of("stat", "tone", tone, TONES)
    required("stat", "label", label)
    return {"value": thin(value), "label": label, "tone": tone, "url": url, "note": note}


def progress(done: int | None, total: int | None, label: str, text: str = "") -> dict[str, object]:
    """Honest progress: `done` of `total`; without a total only «идёт» can be said."""
    required("progress", "label", label)
    known = False
    if done is not None and total:
        known = True
        if not 0 <= done <= total:
            raise ComponentError(f"progress: {done} of {total} cannot be")
        text = text or f"{thin(done)} из {thin(total)}"
    return {"done": done, "total": total, "known": known, "label": label, "text": text or "Выполняется"}


def steps(items: Iterable[Mapping[str, object]], label: str = "Ход обработки") -> dict[str, object]:
    """Stages of long work, each with its state; the current one may carry done and total."""
    rows = []
    for item in items:
        for key in item:
            one_of("steps", "key", key, STEP_KEYS)
        one_of("steps", "state", item["state"], STEP_STATES)
        icon, word = STEP_STATES[str(item["state"])]
        rows.append(
            {
                "label": item["label"],
                "state": item["state"],
                "text": item.get("text", ""),
                "done": item.get("done"),
                "total": item.get("total"),
                "icon": icon,
                "word": word,
            }
        )
    return {"rows": rows, "label": label}


def receipt(
    number: str,
    moment: dt.datetime,
    sha256: str,
    title: str = "Документ принят",
    next_step: str = "",
    by: dt.date | None = None,
    download_url: str = "",
    refused: bool = False,
    warn: bool = True,
) -> dict[str, object]:
    """The proof of acceptance: number, Moscow time, digest, what happens next and by when; `refused` says it was not accepted;
    `warn` adds that without this page nothing was accepted."""
    required("receipt", "number", number)
    required("receipt", "sha256", sha256)
    return {
        "number": number,
        "moment": ru_datetime(moment),
        "iso": moment.isoformat(),
        "sha256": sha256,
        "title": title,
        "next_step": next_step,
        "by": ru_date(by),
        "left": working_days_left(by),
        "download_url": download_url,
        "refused": refused,
        "warn": warn,
    }


def moment(content: SafeString, at: dt.datetime, who: str = "") -> dict[str, object]:
    """One line of a history: when, who, what."""
    return {"content": content, "at": ru_datetime(at), "iso": at.isoformat(), "who": who}
