"""The doctor's page in Chromium: the workplace, the certificates of the stand-in, a trial signature.

Also without the plug-in, without certificates, with a wrong clock, and without JavaScript.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.test import Client

from accounts.acting import Acting, acting_by
from simulators.demo_ca import sign
from simulators.demo_ca.holders import certificates_of, holder_of_cast, holder_of_request
from simulators.people import ZMZ_HEAD, demo_cast
from tests import factories
from tests.violations import control
from violations.protocols.models import CommissionProtocol
from violations.protocols.states import ProtocolState

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STAND_IN = "**/static/js/dev_cadesplugin.js"
NOT_HERE = "Этой подписью здесь подписать не получится"


@pytest.fixture
def authority(settings: Any, tmp_path: Path) -> Any:
    settings.STATE_DIR = tmp_path
    return control.trust_demo_authority()


@pytest.fixture
def window(chromium: Any, live_server: Any, settings: Any, authority: Any) -> Iterator[Any]:
    """window(who): a page of a browser where ``who`` is signed in; ``complaints`` are what its console said."""
    settings.PUBLIC_URL = live_server.url
    contexts = []

    def opened(who: Acting, *, width: int = 1280, scripts: bool = True) -> Any:
        client = factories.sign_in(Client(), who)
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, accept_downloads=True
        )
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        opened.complaints = []
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and opened.complaints.append(said.text))
        return page

    opened.url = f"{live_server.url}/signatures/doctor/"
    opened.root = live_server.url
    yield opened
    for context in contexts:
        context.close()


def main_person() -> Acting:
    """The demo's main person, who holds a certificate of every sort."""
    cast = demo_cast()
    head = cast.people[ZMZ_HEAD]
    _holder, offices = holder_of_cast(head.snils)
    office = offices[0]
    where = factories.organization(inn=office.inn, ogrn=office.ogrn, full_name=office.name, short_name=office.name)
    person = factories.user(snils=head.snils, last_name=head.last_name)
    given = factories.grant(person, where)
    return acting_by(given, person)


def wait(page: Any) -> None:
    page.locator("[data-doctor-status]").filter(has_text="Проверка закончена.").wait_for()


def checks(page: Any) -> list[str]:
    return page.locator("[data-doctor-checks] li").all_inner_texts()


def stand_in(**changes: str) -> str:
    """The stand-in of the plug-in with texts of its source replaced."""
    source = Path(finders.find("js/dev_cadesplugin.js")).read_text()
    for before, after in changes.values():
        assert before in source
        source = source.replace(before, after)
    return source


def serve(page: Any, script: str) -> None:
    page.route(STAND_IN, lambda route: route.fulfill(body=script, content_type="text/javascript"))


def test_the_whole_walk(window: Any) -> None:
    page = window(factories.acting())
    page.goto(window.url)
    wait(page)
    said = checks(page)
    assert any("Плагин КриптоПро работает, версия development." in each for each in said)
    assert any("3 сертификата" in each for each in said)
    assert any("Часы компьютера идут верно." in each for each in said)
    cards = page.locator("[data-doctor-certificates] section")
    assert cards.count() == 3
    assert "Этой подписью можно подписывать протоколы комиссии." in cards.nth(0).inner_text()
    assert NOT_HERE in cards.nth(1).inner_text()
    assert not page.locator("[data-doctor-none]").is_visible()
    cards.nth(0).get_by_role("button", name="Сделать пробную подпись").click()
    page.locator("[data-doctor-status]").filter(has_text="Пробная подпись проверена").wait_for()
    result = page.locator("[data-doctor-result]")
    assert "Пробная подпись верна. Этой подписью можно подписывать протоколы комиссии" in result.inner_text()
    result.get_by_text("Все проверки по порядку").click()
    assert "CAdES-BES" in result.inner_text()
    cards.nth(1).get_by_role("button", name="Сделать пробную подпись").click()
    result.get_by_text(NOT_HERE).wait_for()
    assert "закончился 15.04.2025" in result.inner_text()
    assert window.complaints == []


def test_every_sort_of_the_demo_is_explained(window: Any) -> None:
    page = window(main_person(), width=360)
    page.goto(window.url)
    wait(page)
    cards = page.locator("[data-doctor-certificates] section")
    assert cards.count() == 8
    told = " ".join(cards.all_inner_texts())
    for words in (
        "закончился 15.04.2025",
        "выдан другой организации",
        "осталось 12",
        "Отозван",
        "Система не знает удостоверяющего центра",
        "не является квалифицированным",
        "Выдан для другого: сервер",
    ):
        assert words in told, words
    cards.nth(3).get_by_text("Подробно").click()
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], node["html"][:200]) for rule in found for node in rule["nodes"]] == []
    assert window.complaints == []


def test_keyless_double_and_unreadable_certificates(window: Any) -> None:
    page = window(factories.acting())
    odd = (
        "const answered = (await answer.json()).certificates; this.#items = ["
        "...answered, answered[0], { ...answered[1], keyless: true, thumbprint: '11' },"
        "{ ...answered[0], thumbprint: '22', certificate: '///' }];"
    )
    serve(page, stand_in(a=("this.#items = (await answer.json()).certificates;", odd)))
    page.goto(window.url)
    wait(page)
    said = " ".join(checks(page))
    assert "Найдено с закрытым ключом: 3 сертификата" in said
    assert "Без закрытого ключа: 1 сертификат" in said
    assert "Установлено повторно: 1 сертификат" in said
    assert "Не удалось прочитать: 1 сертификат" in said


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("", "Программный модуль плагина не загрузился"),
        ("window.cadesplugin = Promise.reject('Плагин недоступен')", "нет или выключено расширение"),
        (
            "window.cpcsp_chrome_nmcades = {}; window.cadesplugin = Promise.reject('Плагин недоступен')",
            "не отвечает сама программа",
        ),
        (
            "window.cadesplugin = new Promise((_done, reject) => setTimeout(() => reject('поздно'), 1200))",
            "нет или выключено расширение",
        ),
    ],
)
def test_what_is_missing_in_the_browser(window: Any, script: str, words: str) -> None:
    page = window(factories.acting())
    serve(page, script)
    page.goto(window.url)
    wait(page)
    (said,) = checks(page)
    assert words in said
    assert page.get_by_label("Файл сертификата").is_visible()


def test_the_site_is_not_allowed_and_again(window: Any) -> None:
    page = window(factories.acting())
    refused = stand_in(a=("async Open() {", 'async Open() { if (!window.allowed) throw new Error("(0x80090010)");'))
    serve(page, refused)
    page.goto(window.url)
    wait(page)
    assert any("Сайту не разрешён доступ к ключам" in each and "0x80090010" in each for each in checks(page))
    page.evaluate("window.allowed = true")
    page.get_by_role("button", name="Проверить ещё раз").click()
    page.locator("[data-doctor-certificates] section").first.wait_for()
    assert not any("не разрешён" in each for each in checks(page))


def test_no_certificates(window: Any) -> None:
    page = window(factories.acting())
    serve(page, stand_in(a=("this.#items = (await answer.json()).certificates;", "this.#items = [];")))
    page.goto(window.url)
    wait(page)
    assert any("Сертификатов с закрытым ключом не найдено" in each for each in checks(page))


@pytest.mark.parametrize(("minutes", "words"), [(9, "спешат на 9 минут"), (-61, "отстают на 61 минуту"), (4, "")])
def test_a_wrong_clock(window: Any, minutes: int, words: str) -> None:
    page = window(factories.acting())
    page.add_init_script(f"{{ const now = Date.now; Date.now = () => now() + {minutes * 60_000}; }}")
    page.goto(window.url)
    wait(page)
    said = " ".join(checks(page))
    assert words in said
    assert ("идут верно" in said) is not bool(words)


def test_the_plug_in_refuses_the_trial(window: Any) -> None:
    page = window(factories.acting())
    thrown = 'async SignCades(signer, kind, detached) { throw new Error("(0x800B010A)");'
    serve(page, stand_in(a=("async SignCades(signer, kind, detached) {", thrown)))
    page.goto(window.url)
    wait(page)
    page.get_by_role("button", name="Сделать пробную подпись").first.click()
    page.locator("[data-doctor-status]").filter(has_text="нет сертификатов удостоверяющего центра").wait_for()


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (503, {}, "не смог проверить сертификаты"),
        (429, {"problem": "Слишком часто. Подождите час."}, "Слишком часто. Подождите час."),
    ],
)
def test_the_server_does_not_answer(window: Any, status: int, answer: dict[str, str], words: str) -> None:
    page = window(factories.acting())
    page.route("**/signatures/doctor/certificates/", lambda route: route.fulfill(status=status, json=answer))
    page.goto(window.url)
    wait(page)
    assert any(words in each for each in checks(page))


def test_a_private_key_is_not_even_sent(window: Any) -> None:
    page = window(factories.acting())
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.goto(window.url)
    wait(page)
    sent.clear()
    header = "-----BEGIN " + "PRIVATE KEY-----\nAAAA\n"
    for name, content in (("a.pfx", b"\x30\x82"), ("a.pem", header.encode())):
        field = page.get_by_label("Файл сертификата")
        field.set_input_files({"name": name, "mimeType": "application/x-pkcs12", "buffer": content})
        page.wait_for_function(
            "document.querySelector('#id_certificate').validationMessage.includes('закрытого ключа')"
        )
        page.get_by_role("button", name="Проверить сертификат").click()
        assert page.url == window.url
        assert sent == []
    page.get_by_label("Файл сертификата").set_input_files({"name": "a.cer", "mimeType": "x/y", "buffer": b"nonsense"})
    page.locator("#id_certificate:valid").wait_for()
    page.wait_for_timeout(800)  # sooner it would be taken for a double click (once.js)
    page.get_by_role("button", name="Проверить сертификат").click()
    page.get_by_text("Это не сертификат").first.wait_for()


def test_without_javascript(window: Any, authority: Any, tmp_path: Path) -> None:
    who = factories.acting()
    person = certificates_of(authority, *holder_of_request(who.user, who))[0]
    file = tmp_path / "own.cer"
    file.write_bytes(person.certificate.dump())
    page = window(who, scripts=False)
    page.goto(window.url)
    assert page.get_by_text("включите в браузере JavaScript").is_visible()
    assert not page.locator("[data-doctor]").is_visible()
    page.get_by_label("Файл сертификата").set_input_files(file)
    page.get_by_role("button", name="Проверить сертификат").click()
    assert page.locator("h1").inner_text() == "Этой подписью можно подписывать протоколы комиссии"
    page.get_by_role("link", name="Проверить другую подпись").click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name=re.compile("Скачать текст")).click()
    signature = tmp_path / "trial.sig"
    signature.write_bytes(sign(Path(downloading.value.path()).read_bytes(), authority.signer(person)))
    page.get_by_label("Файл пробной подписи").set_input_files(signature)
    page.get_by_role("button", name="Проверить подпись").click()
    assert page.locator("h1").inner_text().startswith("Пробная подпись верна.")


def test_from_the_diagnosis_to_a_sent_protocol(window: Any, authority: Any) -> None:
    """Sign → upload → verify on the protocol's own page: the server's verdict beside every certificate, then a receipt."""
    who = factories.acting()
    _report, flags = control.not_unique(who.organization, places=2)
    protocol = control.frozen(who, flags)
    page = window(who)
    page.goto(f"{window.root}/control/protocols/{protocol.uid}/sign/")
    page.locator("[data-signing-status]").filter(has_text="Подходит один сертификат, он выбран.").wait_for()
    page.get_by_text("Не подойдут: 2").click()
    problems = page.locator("[data-problem]:not([hidden])").all_inner_texts()
    assert any("Срок действия сертификата закончился 15.04.2025." in each for each in problems)
    assert any("Сертификат выдан другой организации" in each for each in problems)
    page.get_by_role("button", name="Подписать и отправить").click()
    page.wait_for_url(f"**/control/protocols/{protocol.uid}/")
    assert CommissionProtocol.objects.get(pk=protocol.pk).state == ProtocolState.APPLIED
    assert window.complaints == []


def look(page: Any, name: str) -> None:
    """Nothing scrolls sideways, axe finds nothing; pictures go to the folder LKOT_SHOTS, if there is one."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        if folder := os.environ.get("LKOT_SHOTS"):
            page.screenshot(path=str(Path(folder) / f"doctor-{name}-{width}.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page).response["violations"]
        assert [(name, rule["id"], node["html"][:200]) for rule in found for node in rule["nodes"]] == []


@pytest.mark.slow
def test_pages_in_their_states(window: Any, authority: Any) -> None:
    who = main_person()
    page = window(who)
    page.goto(window.url)
    wait(page)
    look(page, "page")
    page.get_by_role("button", name="Сделать пробную подпись").first.click()
    page.locator("[data-doctor-status]").filter(has_text="Пробная подпись проверена").wait_for()
    page.locator("[data-doctor-result]").get_by_text("Все проверки по порядку").click()
    look(page, "trial")
    good, expired, *_rest = certificates_of(authority, *holder_of_cast(who.user.snils))
    answers = [
        ("good", good.certificate.dump(), "Этой подписью можно"),
        ("expired", expired.certificate.dump(), NOT_HERE),
        ("bad", b"nonsense", "Проверка электронной подписи"),
    ]
    for name, content, heading in answers:
        page.goto(window.url)
        page.get_by_label("Файл сертификата").set_input_files({"name": "a.cer", "mimeType": "x/y", "buffer": content})
        page.get_by_role("button", name="Проверить сертификат").click()
        page.wait_for_url("**/doctor/certificate/")
        page.locator("h1").filter(has_text=heading).wait_for()
        if name == "bad":
            wait(page)
        look(page, name)
    _report, flags = control.not_unique(who.organization, places=2)
    protocol = control.frozen(who, flags)
    page.goto(f"{window.root}/control/protocols/{protocol.uid}/sign/")
    page.get_by_text("Не подойдут: 6").click()
    assert page.locator("[data-signing-list] label").count() == 2
    look(page, "sign")
