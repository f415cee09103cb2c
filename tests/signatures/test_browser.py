"""The signing panel in Chromium: the production module with the stand-in of the plug-in, and without any plug-in.

Pages are served from memory under the real content security policy; the stand-in's requests go to the demo CA.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from csp.utils import build_policy
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

from signatures.doctor import Diagnosis, Whose, diagnose_certificate
from signatures.doctor.summary import summary_of
from signatures.forms import SignatureForm
from signatures.verification import verify_detached
from signatures.views.doctor_list import _described
from signatures.views.doctor_shown import Shown
from simulators.demo_ca import sign
from simulators.demo_ca.people import Sort
from tests.signatures.conftest import DOCUMENT, HEAD

pytestmark = pytest.mark.browser
SITE = "http://lkot.test"
PAGE = (
    "{% load signing %}<!doctype html><html lang='ru'><title>Подписание</title>"
    "<main>{% signing_panel form=form document_url='/document/' action='/send/'"
    " purpose='commission_protocol' %}</main></html>"
)


class Organization:
    def __init__(self, inn: str, ogrn: str) -> None:
        self.inn, self.ogrn = inn, ogrn


OURS = Organization("7704001236", "1027700456783")


class Cabinet:
    """Serves one page, the document, static files and the stand-in; keeps what was sent."""

    def __init__(self, demo: Any, people: list[Any]) -> None:
        self.demo, self.people = demo, people
        self.sent: dict[str, bytes] = {}
        self.body = b""
        self.plugin_script: str | None = None
        self.document_status = 200
        self.said: list[str] = []
        self.doctor_status = 200
        self.most = 24
        self.asked: list[dict[str, list[str]]] = []  # what the doctor was asked
        self.broken: list[dict[str, str]] = []  # certificates that the plug-in gives and nobody can read

    @staticmethod
    def html() -> str:
        request = RequestFactory().get("/page/")
        return engines["django"].from_string(PAGE).render({"form": SignatureForm()}, request)

    def serve(self, route: Any) -> None:
        path = route.request.url.removeprefix(SITE)
        if path == "/page/":
            headers = {"content-security-policy": build_policy(), "content-type": "text/html; charset=utf-8"}
            route.fulfill(body=self.page, headers=headers)
        elif path == "/document/":
            route.fulfill(body=DOCUMENT, status=self.document_status, content_type="application/xml")
        elif path == "/dev/signer/certificates":
            route.fulfill(json={"certificates": [*self.broken, *(self.described(person) for person in self.people)]})
        elif path == reverse("signatures:doctor_certificates"):
            self.judge(route)
        elif path == "/dev/signer/sign":
            self.sign(route)
        elif path == "/send/":
            self.body = route.request.post_data_buffer
            self.sent = form_of(route.request)
            route.fulfill(body="<!doctype html><title>Принято</title>", content_type="text/html; charset=utf-8")
        elif path == "/static/js/dev_cadesplugin.js" and self.plugin_script is not None:
            route.fulfill(body=self.plugin_script, content_type="text/javascript")
        elif found := finders.find(path.removeprefix("/static/")):
            route.fulfill(body=Path(found).read_bytes(), content_type=guess_type(path)[0] or "text/plain")
        else:
            route.fulfill(status=404, body="")

    @staticmethod
    def described(person: Any) -> dict[str, str]:
        from simulators.plugin.views import _described

        return _described(person)

    def judge(self, route: Any) -> None:
        """As the view does, by the trust of these tests."""
        assert route.request.headers["x-csrftoken"]
        self.asked.append(parse_qs(route.request.post_data))
        if self.doctor_status != 200:
            route.fulfill(status=self.doctor_status, body="")
            return
        answers = []
        for text in self.asked[-1]["certificate"][: self.most]:
            try:
                seen = self.diagnosed(base64.b64decode(text))
            except ValueError:
                answers.append({"readable": False})
                continue
            answers.append(_described(Shown(seen, summary_of(seen, []), []), seen.suits, full=False))
        route.fulfill(json={"now": datetime.now(UTC).isoformat(), "certificates": answers})

    def diagnosed(self, der: bytes) -> Diagnosis:
        whose = Whose("Наша", self.organization.inn, self.organization.ogrn, HEAD["snils"])
        return diagnose_certificate(der, whose=whose, trust=self.demo.trust(), moment=datetime.now(UTC))

    def sign(self, route: Any) -> None:
        assert route.request.headers["x-csrftoken"]
        asked = json.loads(route.request.post_data)
        person = self.demo.authority.person(asked["thumbprint"])
        der = sign(base64.b64decode(asked["content"]), self.demo.authority.signer(person))
        route.fulfill(json={"signature": base64.encodebytes(der).decode().replace("\n", "\r\n")})


def form_of(request: Any) -> dict[str, bytes]:
    """The fields of a multipart request."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + request.post_data_buffer)
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in message.get_payload()
    }


@pytest.fixture
def cabinet(demo: Any) -> Cabinet:
    now = datetime.now(UTC).replace(microsecond=0)
    expired = demo.issue(validity=(now - timedelta(days=400), now - timedelta(days=40)))
    stranger = demo.issue(innle="5401234566", ogrn="1025400000008", organization="АО «Другое»")
    personal = demo.issue(innle="", ogrn="", organization="", title="")
    return Cabinet(demo, [expired, stranger, demo.head, personal])


@pytest.fixture
def open_page(chromium: Any, cabinet: Cabinet, settings: Any) -> Iterator[Any]:
    settings.LKOT_DEMO_SIGNER = True
    contexts = []

    def opened(organization: Organization = OURS, *, scripts: bool = True) -> Any:
        cabinet.organization = organization
        cabinet.page = cabinet.html()
        context = chromium.new_context(java_script_enabled=scripts)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: cabinet.said.append(str(error)))
        page.on("console", lambda message: message.type == "error" and cabinet.said.append(message.text))
        page.route("**/*", cabinet.serve)
        page.goto(f"{SITE}/page/")
        return page

    yield opened
    for context in contexts:
        context.close()


def status(page: Any, words: str) -> None:
    page.locator("[data-signing-status]").filter(has_text=words).wait_for()


def test_sign_and_send(open_page, cabinet):
    page = open_page()
    status(page, "Подходит один сертификат")
    choices = page.locator("[data-signing] label:has([data-owner])")
    assert choices.count() == 4
    assert "Иванов Пётр Сергеевич, ООО «Ромашка»" in choices.first.inner_text()
    assert "ИНН 7704001236 · действует до" in choices.first.inner_text()
    page.get_by_role("button", name="Подписать и отправить").click()
    page.wait_for_url(f"{SITE}/send/")
    signature = cabinet.sent["signature"]
    assert cabinet.sent["csrfmiddlewaretoken"]
    (report,) = verify_detached(signature, DOCUMENT, cabinet.demo.trust(), datetime.now(UTC))
    assert report.ok, report.explanation
    assert report.thumbprint == cabinet.demo.head.thumbprint
    assert cabinet.said == []


def problems(page: Any) -> list[str]:
    """What is said of those that do not suit, behind a line that opens them."""
    page.get_by_text("Не подойдут: ").click()
    return page.locator("[data-problem]:not([hidden])").all_inner_texts()


def test_why_a_certificate_is_unsuitable(open_page, cabinet):
    """The server's own words, with what to do, and nothing of the certificate but the certificate is sent."""
    page = open_page()
    status(page, "Подходит один сертификат")
    enabled = page.locator("[data-signing] input[type=radio]:enabled")
    assert enabled.count() == 1
    assert enabled.first.is_checked()
    said = problems(page)
    assert len(said) == 3
    for words in ("закончился", "ИНН 5401234566, ожидается 7704001236.", "нужна машиночитаемая доверенность"):
        assert any(words in each for each in said), words
    advice = page.locator("[data-advice]:not([hidden])").all_inner_texts()
    assert len(advice) == 3
    assert any("Попросите руководителя оформить на вас" in each for each in advice)
    (asked,) = cabinet.asked
    assert asked["purpose"] == ["commission_protocol"]
    assert set(asked) == {"purpose", "certificate"}
    assert cabinet.said == []


def test_what_only_the_server_knows(open_page, cabinet):
    odd = (Sort(revoked=True), Sort(unknown_issuer=True), Sort(qualified=False), Sort(server_only=True))
    cabinet.people = [cabinet.demo.head, *(cabinet.demo.issue(sort=sort) for sort in odd)]
    page = open_page()
    status(page, "Подходит один сертификат")
    said = " ".join(problems(page))
    for words in ("Отозван", "Система не знает удостоверяющего центра", "не является квалифицированным", "сервер"):
        assert words in said
    assert cabinet.said == []


def test_soon_over_is_told_and_may_be_chosen(open_page, cabinet):
    now = datetime.now(UTC).replace(microsecond=0)
    cabinet.people = [cabinet.demo.issue(validity=(now - timedelta(days=400), now + timedelta(days=12)))]
    page = open_page()
    status(page, "Подходит один сертификат")
    assert "осталось 12" in page.locator("[data-note]:not([hidden])").inner_text()


@pytest.mark.parametrize("status_code", [500, 302, 401, 413])
def test_nothing_is_guessed_where_the_server_cannot_be_asked(open_page, cabinet, status_code):
    """But for the dates: whose certificate will do is for the server to say (a trader gives powers by a personal one)."""
    cabinet.doctor_status = status_code
    page = open_page()
    status(page, "Кабинет не ответил, какие сертификаты подойдут. Выберите нужный сами")
    enabled = page.locator("[data-signing] input[type=radio]:enabled")
    assert enabled.count() == 3
    assert page.locator("[data-signing] input[type=radio]:checked").count() == 0, "nothing is chosen for the user"
    notes = page.locator("[data-note]:not([hidden])").all_inner_texts()
    assert notes == ["Подойдёт ли этот сертификат, проверят при отправке."] * 3
    (said,) = problems(page)
    assert said.startswith("Срок действия истёк")
    page.locator("[data-signing] label").filter(has_text="ООО «Ромашка»").locator("input:enabled").check()
    page.get_by_role("button", name="Подписать и отправить").click()
    page.wait_for_url(f"{SITE}/send/")


def test_more_certificates_than_are_judged_at_once(open_page, cabinet):
    cabinet.most = 2
    page = open_page()
    status(page, "Выберите сертификат.")
    texts = page.locator("[data-signing-list] label").all_inner_texts()
    assert ["проверят при отправке" in text for text in texts] == [True, True], "nobody of the judged two will do"
    assert page.locator("[data-signing] input[type=radio]:checked").count() == 0


def test_no_suitable_certificate(open_page):
    page = open_page(Organization("0000000000", "0000000000000"))
    status(page, "Ни один из найденных сертификатов не подходит")
    assert page.get_by_role("link", name="Узнать, что не так").get_attribute("href") == reverse("signatures:doctor")
    assert not page.get_by_role("button", name="Подписать и отправить").is_visible()


def test_a_sole_trader(open_page, cabinet):
    trader = cabinet.demo.issue(innle="", ogrn="", organization="", ogrnip="316547600123457", inn="540112233406")
    cabinet.people = [trader, cabinet.demo.head]
    page = open_page(Organization("540112233406", "316547600123457"))
    status(page, "Подходит один сертификат")
    assert page.locator("[data-signing] input[type=radio]:enabled").count() == 1


def test_several_suitable_certificates(open_page, cabinet):
    """Nothing is chosen for the user, and the button says so."""
    cabinet.people = [cabinet.demo.head, cabinet.demo.issue(title="Заместитель")]
    page = open_page()
    status(page, "Выберите сертификат.")
    assert page.locator("[data-signing] input[type=radio]:checked").count() == 0
    page.get_by_role("button", name="Подписать и отправить").click()
    page.get_by_role("alert").get_by_text("Сначала выберите сертификат.").wait_for()
    assert page.evaluate("document.activeElement.type") == "radio"
    assert cabinet.sent == {}
    page.keyboard.press("Space")
    assert not page.get_by_role("alert").is_visible()


def test_no_certificates(open_page, cabinet):
    cabinet.people = []
    page = open_page()
    status(page, "Сертификатов с закрытым ключом не найдено")


BROKEN = [
    {"certificate": "///not base64///"},
    {"certificate": "MAA="},  # an empty sequence
    {"not_after": "когда-нибудь"},
]


def test_one_odd_certificate_does_not_hide_the_others(open_page, cabinet):
    whole = cabinet.described(cabinet.demo.head)
    cabinet.broken = [whole | change | {"thumbprint": f"{number:040X}"} for number, change in enumerate(BROKEN)]
    page = open_page()
    status(page, "Подходит один сертификат, он выбран. Часть сертификатов не удалось прочитать")
    assert page.locator("[data-signing] label:has([data-owner])").count() == 4
    page.get_by_role("button", name="Подписать и отправить").click()
    page.wait_for_url(f"{SITE}/send/")
    assert cabinet.said == []


def test_no_certificate_can_be_read(open_page, cabinet):
    cabinet.broken = [cabinet.described(cabinet.demo.head) | BROKEN[0]]
    cabinet.people = []
    page = open_page()
    status(page, "Не удалось прочитать сертификаты.")
    assert not page.get_by_role("button", name="Подписать и отправить").is_visible()


def test_the_store_does_not_open(open_page, cabinet):
    stand_in = Path(finders.find("js/dev_cadesplugin.js")).read_text()
    cabinet.plugin_script = stand_in.replace("async Open() {", 'async Open() { throw new Error("(0x80090020)");')
    page = open_page()
    status(page, "Не удалось прочитать сертификаты (код 0x80090020).")


def test_without_the_plug_in(open_page, cabinet):
    cabinet.plugin_script = ""
    page = open_page()
    status(page, "Плагин КриптоПро не найден. Установите")


def test_a_plug_in_that_does_not_answer_for_itself(open_page, cabinet):
    cabinet.plugin_script = "window.cadesplugin = Promise.reject('Плагин недоступен')"
    page = open_page()
    status(page, "Плагин КриптоПро не найден. Установите")
    assert page.get_by_role("link", name="Узнать, что не так").is_visible()


def test_a_plug_in_that_gives_up_after_a_while(open_page, cabinet):
    late = "new Promise((_done, reject) => setTimeout(() => reject('Истекло время ожидания загрузки плагина'), 1500))"
    cabinet.plugin_script = f"window.cadesplugin = {late}"
    page = open_page()
    status(page, "Ищем плагин КриптоПро")
    status(page, "Плагин КриптоПро не найден. Установите")


@pytest.mark.parametrize(
    ("thrown", "words"),
    [
        ("The operation was canceled by the user. (0x800704C7)", "Подписание отменено."),
        ("Cannot build a chain (0x800b010a)", "нет сертификатов удостоверяющего центра"),
        ("License (0x8007065B)", "Истекла лицензия «КриптоПро CSP»"),
        ("Keyset (0x80090016)", "Закрытый ключ не найден. Подключите носитель"),
        ("Internal error. (0x80090020)", "не смог подписать документ (код 0x80090020)"),
        ("Something odd", "не смог подписать документ. Повторите"),
    ],
)
def test_errors_of_the_plug_in_are_told_in_russian(open_page, cabinet, thrown, words):
    stand_in = Path(finders.find("js/dev_cadesplugin.js")).read_text()
    refuses = f"async SignCades(signer, kind, detached) {{ throw new Error({json.dumps(thrown)});"
    cabinet.plugin_script = stand_in.replace("async SignCades(signer, kind, detached) {", refuses)
    page = open_page()
    status(page, "Подходит один сертификат")
    page.get_by_role("button", name="Подписать и отправить").click()
    status(page, words)
    assert "operation" not in page.locator("[data-signing-status]").inner_text()
    assert cabinet.sent == {}


def test_the_document_does_not_load(open_page, cabinet):
    cabinet.document_status = 403
    page = open_page()
    status(page, "Подходит один сертификат")
    page.get_by_role("button", name="Подписать и отправить").click()
    status(page, "Документ не загрузился")
    cabinet.document_status = 200
    page.get_by_role("button", name="Подписать и отправить").click()
    page.wait_for_url(f"{SITE}/send/")


def test_a_file_without_javascript(open_page, cabinet, tmp_path):
    file = tmp_path / "protocol.sig"
    file.write_bytes(sign(DOCUMENT, cabinet.demo.signer))
    page = open_page(scripts=False)
    assert not page.locator("[data-signing-plugin]").is_visible()
    assert page.get_by_text("Загрузить файл подписи").is_visible()
    page.get_by_text("Загрузить файл подписи").click()
    doctor = page.get_by_role("link", name="Проверить, подойдёт ли моя подпись")
    assert doctor.get_attribute("href") == reverse("signatures:doctor")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Отправить файл подписи").click()
    page.wait_for_url(f"{SITE}/send/")
    # the bytes of a file are not shown to an intercepted request, its name is
    assert b'name="signature_file"; filename="protocol.sig"' in cabinet.body
    assert cabinet.sent["signature"] == b""
