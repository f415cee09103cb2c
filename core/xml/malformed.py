"""Why a document is not well-formed XML: libxml2's codes told in Russian. Its own words never pass; a code that the table
does not know gets a sentence that fits all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from core.xml.defects import Defect, Kind

ADVICE = "Исправьте документ в программе, которая его выгрузила, и загрузите снова."
_CUT = "Документ обрывается: последние элементы не закрыты. Скорее всего, файл скопирован или выгружен не до конца."
_REFERENCE = "Знак «&» стоит не как начало ссылки на знак: вместо него пишут «&amp;»."
_BAD_REFERENCE = "Ссылка на знак («&#…;») записана неверно."
_ATTRIBUTE = "Атрибут записан неверно: значение заключают в кавычки, между атрибутами ставят пробел."
_NAMESPACE = "Пространство имён (xmlns) записано неверно."
_INSTRUCTION = "Указание обработчику («<?…?>») записано неверно."
_COMMENT = "Комментарий («<!--…-->») записан неверно или не закрыт."
_RAW = "Раздел CDATA записан неверно или не закрыт."
_DECLARATION = "Объявление XML («<?xml …?>») записано неверно."
_NAME = "Имя элемента или атрибута записано неверно."

# Numbers are libxml2's xmlParserErrors.
SENTENCES: dict[int, str] = {
    4: "В документе нет корневого элемента.",
    5: "После закрывающего тега корневого элемента стоит что-то ещё.",
    6: _BAD_REFERENCE, 7: _BAD_REFERENCE, 8: _BAD_REFERENCE,
    9: "В документе есть знак, недопустимый в XML (управляющий знак или нулевой байт).",
    14: _REFERENCE, 22: _REFERENCE, 23: _REFERENCE, 68: _NAME,
    26: "В документе есть ссылка на сущность («&…;»), которая не объявлена.",
    27: "В документе есть ссылка на сущность («&…;»), которая не объявлена.",
    35: _NAMESPACE,
    38: "В значении атрибута стоит знак «<»: вместо него пишут «&lt;».",
    39: _ATTRIBUTE, 40: _ATTRIBUTE, 41: _ATTRIBUTE, 65: _ATTRIBUTE, 75: _ATTRIBUTE,
    42: "Один и тот же атрибут указан у элемента дважды.",
    203: "Один и тот же атрибут указан у элемента дважды.",
    45: _COMMENT, 80: _COMMENT, 112: _COMMENT,
    46: _INSTRUCTION, 47: _INSTRUCTION, 64: "Объявление XML («<?xml …?>») стоит не в самом начале документа.",
    56: _DECLARATION, 57: _DECLARATION, 78: _DECLARATION, 96: _DECLARATION, 101: _DECLARATION,
    62: "В тексте стоит «]]>»: вместо знака «>» пишут «&gt;».", 63: _RAW,
    72: "Ожидалось начало элемента («<»).",
    73: "Тег не закрыт знаком «>».", 74: "Закрывающий тег записан неверно.",
    76: "Закрывающий тег не соответствует открывающему.",
    77: _CUT, 85: _CUT,
    81: "В документе есть байты, которые не являются текстом в кодировке UTF-8.",
    86: "После закрывающего тега корневого элемента стоит что-то ещё.",
    97: "Версия XML не поддерживается.", 108: "Версия XML не поддерживается.", 109: "Версия XML не поддерживается.",
    99: _NAMESPACE, 100: _NAMESPACE, 200: _NAMESPACE, 202: _NAME, 204: _NAMESPACE, 205: _NAME,
    201: "У имени стоит приставка («приставка:имя»), для которой не объявлено пространство имён.",
    110: "Имя элемента или атрибута слишком длинное.",
    513: "Атрибут xml:id записан неверно или повторяется.", 539: "Атрибут xml:id записан неверно или повторяется.",
    540: "Атрибут xml:id записан неверно или повторяется.",
}  # fmt: skip
ANYTHING = "Документ не является правильным документом XML."
_NO_ROOT_CODE = 4
_ENCODING_CODE = 81
_MISMATCH_CODE = 76
_RESOURCE_CODE = 114
_MISMATCH = re.compile(r"mismatch: (\S{1,200}) line ([0-9]+) and (\S{1,200}?)(?:[,\s]|$)")
_DEPTH = re.compile(r"Excessive depth")


def malformed(log: Iterable[Any]) -> Defect:
    """The defect of a document that libxml2 could not read, from the parser's log.

    The first entry of the log tells the cause, the rest are its consequences."""
    entry = next((item for item in log if item.level > 1), None) or next(iter(log), None)
    if entry is None:  # the parser was given nothing to complain about
        return Defect(Kind.MALFORMED, SENTENCES[_NO_ROOT_CODE], line=1, advice=ADVICE)
    code = entry.type
    line = entry.line
    text = entry.message or ""
    if code == _RESOURCE_CODE:
        return _over_limit(text, line)
    kind = Kind.ENCODING if code == _ENCODING_CODE else Kind.MALFORMED
    found = ""
    expected = ""
    if code == _MISMATCH_CODE and (names := _MISMATCH.search(text)):
        found = f"«</{names[3]}>»"
        expected = f"«</{names[1]}>», открыт на строке {names[2]}"
    return Defect(kind, SENTENCES.get(code, ANYTHING), found=found, expected=expected, line=line or None, advice=ADVICE)


def _over_limit(text: str, line: int | None) -> Defect:
    if _DEPTH.search(text):
        return Defect(
            Kind.LIMIT,
            "Элементы вложены друг в друга слишком глубоко.",
            found="больше 256 уровней",
            expected="не больше 256 уровней",
            line=line,
            advice=ADVICE,
        )
    return Defect(Kind.LIMIT, "Текст или значение в документе слишком длинное.", line=line, advice=ADVICE)
