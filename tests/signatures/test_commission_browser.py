"""«Подписи комиссии» in Chromium: made by the head, signed by the members in files and by the organization with the stand-in.

On the way: who comes before his turn, who brings a file of another document, who brings the same file twice.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from accounts.acting import Acting
from signatures.models import Signature, SignerTurn, SigningRequest
from tests import factories
from tests.signatures.windows import Window
from tests.violations import control
from violations.flags.models import Flag
from violations.flags.states import FlagState
from violations.protocols.models import CommissionProtocol
from violations.protocols.states import ProtocolState

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHAIRMAN, SIGNS, DECLINES = "Пробнова Ольга Петровна", "Образцов Иван Ильич", "Примеров Пётр"
SIGNS_TOO, OBJECTS = "Общая Дарья Ивановна", "Несогласная Вера Олеговна"
NARROW_AND_WIDE = (360, 1280)


@pytest.fixture
def head() -> Acting:
    control.trust_demo_authority()
    return factories.acting(factories.organization(address="101000, г. Москва, ул. Пробная, д. 1"))


class Files:
    """Signatures as the members' programs would write them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, document: Any, *names: str) -> Path:
        """One file, with the signatures of all of them."""
        path = self.folder / f"{names[0]}.sig"
        path.write_bytes(control.signed_by(bytes(document), *names))
        return path


def bring(page: Any, file: Path) -> None:
    """«Загрузить файл подписи», which is open after a refusal."""
    box = page.locator("details.signing-file")
    if box.get_attribute("open") is None:
        box.get_by_text("Загрузить файл подписи").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Отправить файл подписи").click()


def is_refused(page: Any, file: Path, *words: str) -> None:
    before = Signature.objects.count()
    bring(page, file)
    notice = page.locator(".notice").filter(has_text="Подпись не принята")
    for each in words:
        notice = notice.filter(has_text=each)
    notice.wait_for()  # not the one of the refusal before
    assert Signature.objects.count() == before


def is_taken(page: Any, file: Path, *names: str) -> None:
    bring(page, file)
    page.get_by_text(f"Подпись принята: {', '.join(sorted(names))}.").wait_for()


def objects(page: Any, files: Files, protocol: CommissionProtocol) -> None:
    """A member writes down his dissenting opinion, signs it, and then the protocol."""
    page.get_by_label("Кто не согласен").select_option(label=f"{OBJECTS}, член комиссии")
    page.get_by_label("Текст особого мнения").fill("Не согласна с номером места 1.")
    page.get_by_role("button", name="Подготовить особое мнение").click()
    page.wait_for_url(re.compile("/opinions/"))
    opinion = SigningRequest.objects.get(opinion_of__request=protocol.request)
    bring(page, files.of(opinion.document.body, OBJECTS))
    page.get_by_text(f"Особое мнение подписано: {OBJECTS}.").wait_for()
    is_taken(page, files.of(protocol.document, OBJECTS), OBJECTS)
    state_of(page, OBJECTS, "Подписал с особым мнением")


def state_of(page: Any, name: str, state: str) -> None:
    page.get_by_role("row").filter(has_text=name).get_by_text(state, exact=True).wait_for()


def declines(page: Any, name: str) -> None:
    page.get_by_label("Кто не подписывает").select_option(label=name)
    page.get_by_role("textbox", name="Почему член комиссии не подписывает").fill("В отпуске до конца месяца")
    page.get_by_role("button", name="Отметить отказ").click()
    page.get_by_text(f"Отмечено, что не подписывает: {name}.").wait_for()
    state_of(page, name, "Не подписывает")


def made_by(window: Window) -> CommissionProtocol:
    """From the flags to a protocol that everybody is to sign: two members more than the report names, for their number is odd."""
    page = window.page
    window.open("violations:flags")
    page.get_by_role("button", name="Создать протокол по всем признакам отчёта").first.click()
    page.wait_for_url(re.compile("/edit/"))
    for row, name in ((3, SIGNS_TOO), (4, OBJECTS)):
        page.get_by_role("button", name="Добавить члена комиссии").click()
        fields = page.locator("#commission tbody tr").nth(row).locator("input[type=text]")
        for number, text in enumerate((*name.split(), "Бухгалтер")):
            fields.nth(number).fill(text)
    page.get_by_label("Подписывают все члены комиссии").check()
    page.get_by_role("button", name="Подписать и отправить").click()
    page.wait_for_url(re.compile("/commission/"))
    return CommissionProtocol.objects.get()


def test_from_the_flags_to_the_sent_protocol(browser, live_server, settings, head, tmp_path):
    settings.PUBLIC_URL = live_server.url
    control.not_unique(head.organization)
    window, files = Window(browser, live_server.url, head), Files(tmp_path)
    page = window.page
    protocol = made_by(window)
    assert page.get_by_text("Ждём подписи", exact=True).count() == 4
    window.look("commission", widths=NARROW_AND_WIDE, axe=False)

    is_refused(page, files.of(protocol.document, CHAIRMAN), "ещё не наступила", CHAIRMAN, "Сначала подписывают те")
    other = control.frozen(head, control.not_unique(head.organization)[1])
    is_refused(page, files.of(other.document, SIGNS), "Это подпись другого документа вашей организации", str(other))
    window.look("commission-refused", widths=NARROW_AND_WIDE)

    theirs = files.of(protocol.document, SIGNS, SIGNS_TOO)
    is_taken(page, theirs, SIGNS, SIGNS_TOO)
    is_refused(page, theirs, "уже подписал документ", "Вторая подпись не нужна")
    window.open("violations:protocol_commission", protocol.uid)
    objects(page, files, protocol)
    declines(page, DECLINES)
    page.get_by_text("Если вы председатель и подписываете за организацию").wait_for()
    window.look("commission-chairman", widths=NARROW_AND_WIDE)

    bring(page, files.of(protocol.document, CHAIRMAN))
    page.get_by_role("link", name="Подписать и отправить").click()
    page.get_by_text("Подходит один сертификат").wait_for()
    window.look("commission-organization", widths=NARROW_AND_WIDE, axe=False)
    page.get_by_role("button", name="Подписать и отправить").click()
    page.get_by_text("Протокол отправлен, решение применено").wait_for()
    for words in ("Подписал с особым мнением", "В отпуске до конца месяца", CHAIRMAN):
        assert page.get_by_text(words).first.is_visible()
    window.look("commission-sent", widths=NARROW_AND_WIDE)
    window.close()

    protocol.refresh_from_db()
    assert protocol.state == ProtocolState.APPLIED
    turns = SignerTurn.objects.filter(request=protocol.request).values_list("person", "state")
    assert dict(turns) == {
        CHAIRMAN: "signed",
        SIGNS: "signed",
        DECLINES: "declined",
        SIGNS_TOO: "signed",
        OBJECTS: "objected",
        "": "signed",
    }
    assert Signature.objects.filter(document=protocol.request.document).count() == 5
    assert Flag.objects.filter(report__in=protocol.rows.values("workplace__report"), state=FlagState.CLEARED).exists()


def test_without_javascript(browser, live_server, settings, head, tmp_path):
    settings.PUBLIC_URL = live_server.url
    protocol = control.commission_frozen(head, control.not_unique(head.organization)[1])
    window, files = Window(browser, live_server.url, head, scripts=False), Files(tmp_path)
    page = window.page
    window.open("violations:protocol_commission", protocol.uid)
    is_refused(page, files.of(protocol.document, CHAIRMAN), "ещё не наступила")
    is_taken(page, files.of(protocol.document, SIGNS), SIGNS)
    declines(page, DECLINES)
    window.look("commission-plain", widths=(360,), axe=False)
    bring(page, files.of(protocol.document, CHAIRMAN))
    page.get_by_role("link", name="Подписать и отправить").click()
    (tmp_path / "head.sig").write_bytes(control.signed(bytes(protocol.document), head))
    bring(page, tmp_path / "head.sig")
    page.get_by_text("Протокол отправлен, решение применено").wait_for()
    window.close()
    protocol.refresh_from_db()
    assert protocol.state == ProtocolState.APPLIED
