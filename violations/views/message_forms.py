"""Forms of messages: the draft, a reply, the reason of a withdrawal."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django import forms
from django.utils import timezone

from core.files.kinds import KINDS_SAID
from core.templatetags.formats import filesize_ru
from violations.messages.actions import TypedMessage
from violations.messages.attachments import ALL_BYTES, LARGEST_BYTES, MIB, MOST_FILES, Upload
from violations.messages.selectors import answer_day_trouble

LONGEST_TEXT = 20_000
DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]
WRONG_DATE = "Укажите дату в виде 21.11.2026."
_CONTROL = re.compile(r"[\x01-\x08\x0b-\x1f\x7f]")
FILES_TOGETHER = (
    f"Файлы вместе больше {filesize_ru(ALL_BYTES)} и не приняты. Разделите их на несколько сообщений или сожмите."
)
MANY_FILES = f"Файлов слишком много, и они не приняты: к одному сообщению можно приложить не более {MOST_FILES}."


def plain_text(text: str) -> str:
    """Lines as typed, with what no document can hold taken out."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


class ManyFiles(forms.FileInput):
    """Several files in one choice."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of uploads; which of them are fit is the action's to say. An empty file is told by its name there too."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        files = data if isinstance(data, list | tuple) else [data]
        return [Upload(each.file, str(each.name), each.size) for each in files if each]


def files_field() -> FilesField:
    return FilesField(
        label="Файлы",
        required=False,
        help_text=f"До {MOST_FILES} файлов, каждый до {LARGEST_BYTES // MIB} МБ. {KINDS_SAID}",
    )


def day_field(label: str, hint: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=hint,
        input_formats=DATE_FORMATS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": WRONG_DATE},
    )


class TextField(forms.CharField):
    """A text of paragraphs: no markup, line ends kept."""

    def __init__(self, **options: Any) -> None:
        rows = options.pop("rows", 10)
        super().__init__(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": rows}), **options)
        self.error_messages["max_length"] = "Текст длиннее 20 000 знаков. Сократите его или приложите документ файлом."

    def to_python(self, value: Any) -> str:
        return plain_text(super().to_python(value) or "")


class AnswerDayForm(forms.Form):
    """What the draft and the inspector's reply have in common."""

    answer_by = day_field("Ответить до", "Последний день для ответа, рабочий. Без даты ответ не обязателен")

    def clean_answer_by(self) -> Any:
        day = self.cleaned_data["answer_by"]
        if day is not None and (said := answer_day_trouble(day)):
            raise forms.ValidationError(said)
        return day


class MessageForm(AnswerDayForm):
    """A draft may be incomplete; what is typed must only be storable."""

    subject = forms.CharField(
        label="Тема",
        max_length=200,
        required=False,
        error_messages={"max_length": "Тема длиннее 200 знаков."},
    )
    text = TextField(label="Текст", required=False, rows=12, help_text="Обычный текст. Абзацы сохраняются")
    number = forms.CharField(
        label="Исходящий номер",
        max_length=60,
        required=False,
        error_messages={"max_length": "Номер длиннее 60 знаков."},
    )
    number_on = day_field("Дата документа")
    uploads = files_field()

    field_order = ["subject", "text", "number", "number_on", "answer_by", "uploads"]

    def clean_number_on(self) -> Any:
        day = self.cleaned_data["number_on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError("Дата исходящего документа не может быть позже сегодняшней.")
        return day

    def typed(self) -> TypedMessage:
        values = self.cleaned_data
        return TypedMessage(**{name: values[name] for name in TypedMessage.__dataclass_fields__})


class ReplyForm(forms.Form):
    """A reply with files. `once` makes a doubled click one reply."""

    text = TextField(
        label="Текст ответа",
        rows=6,
        error_messages={"required": "Напишите текст ответа: файлы без слов не отправляются."},
    )
    uploads = files_field()
    once = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": "Откройте страницу заново."})

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"once": uuid.uuid4()})


class AskForm(ReplyForm, AnswerDayForm):
    """The inspector's reply."""

    text = TextField(
        label="Текст", rows=6, error_messages={"required": "Напишите текст: файлы без слов не отправляются."}
    )
    answer_by = day_field("Ответить до", "Последний рабочий день для ответа на это письмо")

    field_order = ["text", "answer_by", "uploads", "once"]


class WithdrawForm(forms.Form):
    """Why a message is taken back: its recipients read it."""

    reason = forms.CharField(
        label="Причина",
        max_length=500,
        help_text="Её увидят все получатели",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Назовите причину: её увидят получатели.",
            "max_length": "Причина длиннее 500 знаков.",
        },
    )
