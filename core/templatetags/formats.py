"""Filters: dates, numbers and words as the cabinet writes them."""

import datetime as dt
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.utils import timezone

from core.calendar import workdays_between
from core.identifiers import is_ogrnip
from core.templatetags.closed import ComponentError

MOSCOW = ZoneInfo("Europe/Moscow")
THIN_SPACE = "\u2009"
NO_BREAK_SPACE = "\u00a0"
UNITS = ("Б", "КБ", "МБ", "ГБ", "ТБ")
# A deadline further away than this is shown as a date only: counting its working days says nothing to a reader.
FAR_DAYS = 366


def _moscow(moment: dt.datetime) -> dt.datetime:
    if timezone.is_naive(moment):
        raise ComponentError("a moment without a time zone cannot be shown as Moscow time")
    return moment.astimezone(MOSCOW)


def moscow_today() -> dt.date:
    """The day that is counted as «today» in all terms: the Moscow one."""
    return timezone.localdate(timezone=MOSCOW)


def ru_date(value: dt.date | dt.datetime | None) -> str:
    """21.11.2026; a moment is shown as its Moscow day; nothing gives an empty string."""
    if not value:
        return ""
    day = _moscow(value) if isinstance(value, dt.datetime) else value
    return f"{day:%d.%m.%Y}"


def last_day(value: dt.datetime | None) -> str:
    """The last day of a term that ends at `value`: a term that ends at midnight ends with the day before."""
    return ru_date(value - dt.timedelta(microseconds=1)) if value else ""


def ru_time(value: dt.datetime | None) -> str:
    """14:03 (МСК)."""
    return f"{_moscow(value):%H:%M}{NO_BREAK_SPACE}(МСК)" if value else ""


def ru_datetime(value: dt.datetime | None) -> str:
    """21.11.2026, 14:03 (МСК)."""
    return f"{ru_date(value)}, {ru_time(value)}" if value else ""


def ogrn_label(value: str | None) -> str:
    """What the number is called: fifteen digits are a sole trader's ОГРНИП, who has no КПП either."""
    return "ОГРНИП" if is_ogrnip(value) else "ОГРН"


def plural(number: int | None, forms: str) -> str:
    """The word that fits the number; `forms` are «признак,признака,признаков» (1, 2, 5)."""
    words = forms.split(",")
    if len(words) != 3:
        raise ComponentError(f"plural: three forms are needed, not {forms!r}")
    count = abs(int(number or 0))
    if count % 10 == 1 and count % 100 != 11:
        return words[0]
    if 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14:
        return words[1]
    return words[2]


def thin(value: int | float | Decimal | str | None) -> str:
    """12345.5 → «12 345,5»: thousands by a thin space, decimal comma; not a number stays as it is."""
    if value is None or value == "":
        return ""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return f"{number:,}".replace(",", THIN_SPACE).replace(".", ",")


def counted(number: int | None, forms: str) -> str:
    """«12 признаков»: number and word that never part at a line's end."""
    return f"{thin(number or 0)}{NO_BREAK_SPACE}{plural(number, forms)}"


def filesize_ru(size: int | None) -> str:
    """Bytes as «58,6 МБ»; powers of 1024."""
    if size is None:
        return ""
    amount = float(size)
    for unit in UNITS:
        if amount < 1024 or unit == UNITS[-1]:
            break
        amount /= 1024
    digits = 0 if unit == "Б" or amount >= 100 else 1
    return f"{amount:.{digits}f}".replace(".", ",").removesuffix(",0") + NO_BREAK_SPACE + unit


def working_days_left(deadline: dt.date | dt.datetime | None) -> str:
    """«осталось 4 рабочих дня», «сегодня последний день», «просрочено на 2 рабочих дня»."""
    if not deadline:
        return ""
    end = _moscow(deadline).date() if isinstance(deadline, dt.datetime) else deadline
    today = moscow_today()
    if end == today:
        return "сегодня последний день"
    if abs((end - today).days) > FAR_DAYS:
        return "срок истёк" if end < today else ""
    if end < today:
        late = workdays_between(end, today)
        return f"просрочено на {counted(late, 'рабочий день,рабочих дня,рабочих дней')}" if late else "срок истёк"
    left = workdays_between(today, end)
    if not left:
        return "рабочих дней не осталось"
    verb = plural(left, "остался,осталось,осталось")
    return f"{verb} {counted(left, 'рабочий день,рабочих дня,рабочих дней')}"


def dash(value: object) -> object:
    """An em dash where there is nothing to show; zero and False are something."""
    return "—" if value is None or value == "" else value


def short_digest(digest: str | None) -> str:
    """A SHA-256 in groups of eight, so that two people can compare it aloud."""
    text = digest or ""
    return " ".join(text[start : start + 8] for start in range(0, len(text), 8))
