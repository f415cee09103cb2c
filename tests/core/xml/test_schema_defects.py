"""Every kind of schema error has its own Russian sentence with element, path, found and expected."""

import io
from collections.abc import Callable

import pytest
from lxml import etree

from core.xml import Defect, Kind, RecordSchema, RecordStream, XmlRefused
from tests.core.xml.conftest import BOOK, DOCUMENT
from tests.core.xml.russian import assert_russian

Defects = Callable[[str], list[Defect]]
BOOK_PATH = "/Library/Shelf[1]/Book[1]"


def of_book(extra: str) -> str:
    """A document with one book."""
    return DOCUMENT.format(BOOK.format(extra))


# name of libxml2's error → document, kind, path, found, expected
CASES = {
    "ELEMENT_CONTENT unknown": (
        of_book("<Colour>красный</Colour>"), Kind.ELEMENT_UNKNOWN, f"{BOOK_PATH}/Colour", "«Colour»", "«Reader», «Taken»",
    ),
    "ELEMENT_CONTENT missing before": (
        DOCUMENT.format(BOOK.format("").replace("<Title>Т</Title>", "")), Kind.ELEMENT_MISSING,
        f"{BOOK_PATH}/Author", "«Author»", "«Title»",
    ),
    "ELEMENT_CONTENT missing at end": (
        "<Library><Name>Б</Name><Shelf Number='1'/></Library>", Kind.ELEMENT_MISSING, "/Library/Shelf[1]",
        "конец элемента «Shelf»", "«Label»",
    ),
    "ELEMENT_CONTENT of a choice": (
        DOCUMENT.format("<Book><Title>Т</Title><Volume>1</Volume><Reader Id='a'/><Reader Id='b'/></Book>"),
        Kind.ELEMENT_MISSING, f"{BOOK_PATH}/Volume",
        "«Volume»", "«Editor»",
    ),
    "ELEMENT_CONTENT too few": (
        DOCUMENT.format("<Book><Title>Т</Title><Author>А</Author><Reader Id='R1'/></Book>"), Kind.ELEMENT_TOO_FEW, BOOK_PATH,
        "1", "не меньше 2",
    ),
    "ELEMENT_CONTENT too few before": (
        DOCUMENT.format("<Book><Title>Т</Title><Author>А</Author><Reader Id='R1'/><Pages>1</Pages></Book>"),
        Kind.ELEMENT_TOO_FEW, f"{BOOK_PATH}/Pages", "1", "не меньше 2",
    ),
    "ELEMENT_CONTENT too many": (
        of_book("<Reader Id='R3'/><Reader Id='R4'/>"), Kind.ELEMENT_TOO_MANY, f"{BOOK_PATH}/Reader[4]", "ещё один «Reader»",
        "не больше 3",
    ),
    "ELEMENT_CONTENT once": (
        of_book("<Pages>1</Pages><Pages>2</Pages>"), Kind.ELEMENT_TOO_MANY, f"{BOOK_PATH}/Pages[2]", "ещё один «Pages»",
        "без повторений",
    ),
    "ELEMENT_CONTENT misplaced": (
        of_book("<Lent>1</Lent><Pages>2</Pages>"), Kind.ELEMENT_MISPLACED, f"{BOOK_PATH}/Pages", "«Pages»", "«Code», «State»",
    ),
    "CVC_COMPLEX_TYPE_2_1": (
        of_book("<Reader Id='R3'>кто</Reader>"), Kind.NOT_EMPTY, f"{BOOK_PATH}/Reader[3]", "«кто»", "пустой элемент",
    ),
    "CVC_COMPLEX_TYPE_2_1 of elements": (
        of_book("<Reader Id='R3'><Name/></Reader>"), Kind.NOT_EMPTY, f"{BOOK_PATH}/Reader[3]", "«<Name>»", "пустой элемент",
    ),
    "CVC_COMPLEX_TYPE_2_2": (
        of_book("<Code>АБ<b/></Code>"), Kind.ELEMENTS_IN_VALUE, f"{BOOK_PATH}/Code", "«b»", "значение без вложенных элементов",
    ),
    "CVC_COMPLEX_TYPE_2_3": (
        DOCUMENT.format(BOOK.format("лишнее")), Kind.TEXT, BOOK_PATH, "«лишнее»", "вложенные элементы",
    ),
    "CVC_COMPLEX_TYPE_2_3 in the spine": (
        DOCUMENT.format(BOOK.format("") + "лишнее"), Kind.TEXT, "/Library/Shelf[1]", "«лишнее»", "вложенные элементы",
    ),
    "CVC_COMPLEX_TYPE_3_2_1": (
        of_book("<Reader Id='R3' Age='5'/>"), Kind.ATTRIBUTE_UNKNOWN, f"{BOOK_PATH}/Reader[3]/@Age", "«Age»", "«Id»",
    ),
    "CVC_COMPLEX_TYPE_3_2_1 without any": (
        of_book("<Pages Age='5'>1</Pages>"), Kind.ATTRIBUTE_UNKNOWN, f"{BOOK_PATH}/Pages/@Age", "«Age»", "без атрибутов",
    ),
    "CVC_COMPLEX_TYPE_3_2_1 in the spine": (
        DOCUMENT.format("").replace("<Library>", "<Library Age='5'>"), Kind.ATTRIBUTE_UNKNOWN, "/Library/@Age", "«Age»", "«City»",
    ),
    "CVC_COMPLEX_TYPE_4": (
        of_book("<Reader/>"), Kind.ATTRIBUTE_MISSING, f"{BOOK_PATH}/Reader[3]", "атрибута нет", "атрибут «Id»",
    ),
    "CVC_COMPLEX_TYPE_4 in the spine": (
        DOCUMENT.format("").replace(" Number='1'", ""), Kind.ATTRIBUTE_MISSING, "/Library/Shelf[1]", "атрибута нет",
        "атрибут «Number»",
    ),
    "CVC_ELT_3_1": (
        of_book("<Pages xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true'/>"), Kind.NIL, f"{BOOK_PATH}/Pages",
        "xsi:nil", "значение или отсутствие элемента",
    ),
    "CVC_TYPE_3_1_2": (
        of_book("<Pages><b/></Pages>"), Kind.ELEMENTS_IN_VALUE, f"{BOOK_PATH}/Pages", "«b»", "значение без вложенных элементов",
    ),
    "DATATYPE date": (
        "<Library><Name>Б</Name><Opened>31.12.2026</Opened></Library>", Kind.TYPE, "/Library/Opened", "«31.12.2026»",
        "дата в виде ГГГГ-ММ-ДД",
    ),
    "DATATYPE date with spaces": (
        "<Library><Name>Б</Name><Opened> 2026-12-31</Opened></Library>", Kind.TYPE, "/Library/Opened",
        "«2026-12-31» с пробелами по краям", "дата в виде ГГГГ-ММ-ДД",
    ),
    "DATATYPE dateTime": (
        of_book("<Taken>2026-12-31</Taken>"), Kind.TYPE, f"{BOOK_PATH}/Taken", "«2026-12-31»",
        "дата и время в виде ГГГГ-ММ-ДДTчч:мм:сс",
    ),
    "DATATYPE nonNegativeInteger": (
        of_book("<Pages>-1</Pages>"), Kind.TYPE, f"{BOOK_PATH}/Pages", "«-1»", "целое число, 0 или больше",
    ),
    "DATATYPE integer": (
        DOCUMENT.format("<Book><Title/><Editor/><Volume>1.5</Volume><Reader Id='a'/><Reader Id='b'/></Book>"), Kind.TYPE,
        f"{BOOK_PATH}/Volume", "«1.5»", "целое число",
    ),
    "DATATYPE positiveInteger": (
        DOCUMENT.format("").replace("'1'", "'0'"), Kind.TYPE, "/Library/Shelf[1]/@Number", "«0»", "целое число больше 0",
    ),
    "DATATYPE decimal": (
        of_book("<Price>1,5</Price>"), Kind.TYPE, f"{BOOK_PATH}/Price", "«1,5»", "число (дробная часть через точку)",
    ),
    "DATATYPE float": (
        of_book("<Weight>много</Weight>"), Kind.TYPE, f"{BOOK_PATH}/Weight", "«много»", "число (дробная часть через точку)",
    ),
    "DATATYPE boolean": (of_book("<Lent>да</Lent>"), Kind.TYPE, f"{BOOK_PATH}/Lent", "«да»", "«true», «false», «1» или «0»"),
    "DATATYPE NCName": (
        of_book("<Reader Id='1 2'/>"), Kind.TYPE, f"{BOOK_PATH}/Reader[3]/@Id", "«1 2»",
        "имя: буквы, цифры, «_», «-» и «.», первой стоит буква или «_»",
    ),
    "BLANK": (of_book("<Pages> </Pages>"), Kind.BLANK, f"{BOOK_PATH}/Pages", "пусто", "целое число, 0 или больше"),
    "CVC_ENUMERATION_VALID": (
        of_book("<State>чужая</State>"), Kind.ENUMERATION, f"{BOOK_PATH}/State", "«чужая»", "одно из: «новая», «старая»",
    ),
    "CVC_ENUMERATION_VALID of an attribute": (
        of_book("<Code Unit='чужая'>АБ</Code>"), Kind.ENUMERATION, f"{BOOK_PATH}/Code/@Unit", "«чужая»",
        "одно из: «новая», «старая»",
    ),
    "CVC_PATTERN_VALID": (of_book("<Code>аб</Code>"), Kind.PATTERN, f"{BOOK_PATH}/Code", "«аб»", "Шифр: две буквы"),
    "CVC_PATTERN_VALID of a private value": (
        of_book("<Snils>123-456</Snils>"), Kind.PATTERN, f"{BOOK_PATH}/Snils", "«***-456»", "номер вида NNN-NN",
    ),
    "CVC_MININCLUSIVE_VALID": (
        of_book("<Share>-0.1</Share>"), Kind.BOUND, f"{BOOK_PATH}/Share", "«-0.1»", "число не меньше 0 и не больше 1",
    ),
    "CVC_MAXINCLUSIVE_VALID": (
        of_book("<Share>1.1</Share>"), Kind.BOUND, f"{BOOK_PATH}/Share", "«1.1»", "число не меньше 0 и не больше 1",
    ),
    "CVC_MINLENGTH_VALID": (
        of_book("<Place>я</Place>"), Kind.LENGTH, f"{BOOK_PATH}/Place", "«я»", "текст не короче 2 и не длиннее 4 знаков",
    ),
    "CVC_MAXLENGTH_VALID": (
        of_book("<Place>яяяяя</Place>"), Kind.LENGTH, f"{BOOK_PATH}/Place", "«яяяяя»",
        "текст не короче 2 и не длиннее 4 знаков",
    ),
    "CVC_ELT_1": ("<Shop/>", Kind.ROOT, "/Shop", "«Shop»", "«Library»"),
    "CVC_ELT_1 in a namespace": (
        "<Library xmlns='urn:x'/>", Kind.NAMESPACE, "/Library", "xmlns=«urn:x»", "без xmlns",
    ),
    "NAMESPACE": (of_book("<Pages xmlns='urn:x'>1</Pages>"), Kind.NAMESPACE, f"{BOOK_PATH}/Pages", "xmlns=«urn:x»", "без xmlns"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_sentence(name: str, library: RecordSchema, defects: Defects) -> None:
    text, kind, path, found, expected = CASES[name]
    assert not etree.XMLSchema(etree.ElementTree(library._document)).validate(_parsed(text)), "libxml2 refuses it too"
    [defect] = defects(text)
    assert_russian(defect)
    assert (defect.kind, defect.path, defect.found) == (kind, path, found)
    assert defect.expected.startswith(expected)


def _parsed(text: str) -> etree._Element:
    return etree.XML(text)


def test_documentation_stands_in_the_sentence(defects: Defects) -> None:
    [defect] = defects(DOCUMENT.format("<Book/>"))
    assert defect.message == (
        "В элементе «Book» (Книга) нет обязательных элементов: «Title» (Название), «Author», «Reader»."
    )


def test_long_values_are_cut(defects: Defects) -> None:
    [defect] = defects(of_book(f"<Lent>{'я' * 5000}</Lent>"))
    assert defect.found == f"«{'я' * 80}…»"


def test_one_mistake_is_told_once(defects: Defects) -> None:
    """The children after a mistake are still judged, and not blamed for it."""
    [first, second] = defects(of_book("<Colour/><Pages>1</Pages><Lent>x</Lent>"))
    assert (first.kind, second.kind) == (Kind.ELEMENT_UNKNOWN, Kind.TYPE)


def test_lines_are_told_below_65535(defects: Defects) -> None:
    lines = "\n" * 100
    assert defects(of_book(f"{lines}<Lent>x</Lent>"))[0].line == 101
    assert defects(of_book(f"{lines * 700}<Lent>x</Lent>"))[0].line is None


def test_a_thousand_is_listed_and_all_are_counted(library: RecordSchema) -> None:
    document = DOCUMENT.format(BOOK.format("<Lent>x</Lent>") * 2500)
    with pytest.raises(XmlRefused) as refused:
        list(RecordStream(io.BytesIO(document.encode()), library))
    assert (len(refused.value.defects), refused.value.total, refused.value.complete) == (1000, 2500, True)


def test_counting_is_given_up(library: RecordSchema, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.xml.defects.COUNTED", 3000)
    document = DOCUMENT.format("<Book><a/><a/><a/></Book>" * 5000)
    with pytest.raises(XmlRefused) as refused:
        list(RecordStream(io.BytesIO(document.encode()), library))
    assert not refused.value.complete
    assert len(refused.value.defects) == 1000
    assert refused.value.total == 3000
