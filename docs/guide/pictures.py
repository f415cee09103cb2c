"""Take the guide's pictures anew from a running demo: .venv/bin/python docs/guide/pictures.py [address] [--only NAME …].

Start from `bin/up --fresh`: a picture shows a report as it arrives, another a draft that nobody has signed.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
MANAGE = HERE.parents[1] / "manage.py"
SOUT = "Захаров Олег Николаевич"
HEAD = "Кузнецов Антон Андреевич"
INSPECTOR = "Громова Наталья Петровна"
OF_SEVERAL = "Иванова Мария Викторовна"
NARROW, WIDE, HEIGHT = 360, 1280, 860
CHECKED = 120_000  # ms
Steps = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Picture:
    """`name`: the file's, without its width. `steps` lead from «Главная» to what is shown; without `organization` the
    way in ends at the choice of organization."""

    name: str
    person: str
    organization: str
    steps: Steps
    width: int = WIDE


def stay(page: Page) -> None:
    """What is shown is where the way in ends."""


def menu(entry: str) -> Steps:
    """The page behind a link of the left menu."""
    return lambda page: page.get_by_role("navigation").get_by_role("link", name=re.compile(f"^{entry}")).first.click()


def upload_page(page: Page) -> None:
    menu("Импорт отчёта СОУТ")(page)


def receipt(page: Page) -> None:
    with written_report() as path:
        send(page, path)
    page.get_by_text("Соответствует требованиям").first.wait_for(timeout=CHECKED)


def refusal(page: Page) -> None:
    with written_report("--defect", "SOUT-FMT-001") as path:
        send(page, path)
        page.get_by_text("Отказано в приёме").first.wait_for(timeout=CHECKED)
    page.goto(page.url.rstrip("/") + "/problems/")


def send(page: Page, path: Path) -> None:
    upload_page(page)
    page.set_input_files("input[type=file]", str(path))
    page.get_by_role("button", name="Загрузить и проверить").click()
    page.wait_for_url(re.compile(r"/brought/[0-9a-f-]{36}/"))


@contextmanager
def written_report(*options: str) -> Iterator[Path]:
    """A report that the demo's SOUT organization can upload."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.xml"
        subprocess.run([sys.executable, str(MANAGE), "demo_report", str(path), *options], check=True)
        yield path


def card(page: Page) -> None:
    menu("Отчёты СОУТ")(page)
    page.get_by_role("link", name="№ 100001").first.click()
    page.get_by_role("link", name="Рабочие места").first.click()
    page.locator("tbody a").first.click()


def expertise(page: Page) -> None:
    menu("Отчёты СОУТ")(page)
    page.get_by_role("link", name="Не соответствует требованиям").first.click()


def draft(page: Page) -> None:
    menu("Признаки нарушений")(page)
    page.get_by_role("button", name="Создать протокол по всем признакам отчёта").first.click()
    page.wait_for_url(re.compile("/edit/"))


def signing(page: Page) -> None:
    menu("Протоколы решения комиссий СОУТ")(page)
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Подписать и отправить").click()
    page.wait_for_url(re.compile("/sign/"))


def commission(page: Page) -> None:
    """The same draft, to be signed by everybody."""
    menu("Протоколы решения комиссий СОУТ")(page)
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Вернуть в черновик").click()
    page.wait_for_url(re.compile("/edit/"))
    page.get_by_label("Подписывают все члены комиссии").check()
    page.get_by_role("button", name="Подписать и отправить").click()
    page.wait_for_url(re.compile("/commission/"))


def doctor(page: Page) -> None:
    menu("Проверить мою подпись")(page)
    page.get_by_text("Подойдёт", exact=True).first.wait_for()


def power_new(page: Page) -> None:
    menu("Доверенности")(page)
    page.get_by_role("link", name="Создать машиночитаемую доверенность").first.click()


def check_document(page: Page) -> None:
    page.goto(page.url.replace("/home/", "/signatures/check/"))


def access_form(page: Page) -> None:
    menu("Сотрудники")(page)
    page.get_by_role("link", name="Добавить сотрудника").first.click()
    page.locator("#access-dialog").get_by_text("Где действует доступ").wait_for()


def flag_under_review(page: Page) -> None:
    menu("Рассмотрение признаков")(page)
    page.locator("tbody a").first.click()


def message(page: Page) -> None:
    menu("Сообщения от Роструда")(page)
    page.get_by_role("link", name="Меры по итогам").click()


def notice_settings(page: Page) -> None:
    page.goto(page.url.replace("/home/", "/notices/settings/"))


PICTURES = (
    Picture("organizations", OF_SEVERAL, "", stay),
    Picture("upload", SOUT, "Норма", upload_page),
    Picture("receipt", SOUT, "Норма", receipt),
    Picture("refusal", SOUT, "Норма", refusal),
    Picture("reports", HEAD, "ЗМЗ", menu("Отчёты СОУТ")),
    Picture("card", HEAD, "ЗМЗ", card),
    Picture("flags", HEAD, "ЗМЗ", menu("Признаки нарушений")),
    Picture("flags", HEAD, "ЗМЗ", menu("Признаки нарушений"), NARROW),
    Picture("expertise", HEAD, "ЗМЗ", expertise),
    Picture("protocol-edit", HEAD, "ЗМЗ", draft),
    Picture("protocol-sign", HEAD, "ЗМЗ", signing),
    Picture("commission", HEAD, "ЗМЗ", commission),
    Picture("doctor", HEAD, "ЗМЗ", doctor),
    Picture("powers", HEAD, "ЗМЗ", menu("Доверенности")),
    Picture("power-new", HEAD, "ЗМЗ", power_new),
    Picture("check-document", HEAD, "ЗМЗ", check_document),
    Picture("administration", HEAD, "ЗМЗ", menu("Сотрудники")),
    Picture("access-new", HEAD, "ЗМЗ", access_form),
    Picture("message", HEAD, "ЗМЗ", message),
    Picture("notice-settings", HEAD, "ЗМЗ", notice_settings),
    Picture("inspect-flags", INSPECTOR, "ГИТ", menu("Рассмотрение признаков")),
    Picture("inspect-flag", INSPECTOR, "ГИТ", flag_under_review),
)


def take(browser: Browser, address: str, picture: Picture, folder: Path) -> None:
    context = browser.new_context(locale="ru-RU", viewport={"width": WIDE, "height": HEIGHT})
    page = context.new_page()
    enter(page, address, picture)
    picture.steps(page)
    page.set_viewport_size({"width": picture.width, "height": HEIGHT})
    page.wait_for_load_state("networkidle")
    page.screenshot(path=str(folder / f"{picture.name}-{picture.width}.png"))
    context.close()


def enter(page: Page, address: str, picture: Picture) -> None:
    page.goto(address)
    page.locator("main").get_by_role("button", name="Вход в систему").click()
    page.get_by_role("button", name=picture.person).first.click()
    page.wait_for_load_state()
    if (consent := page.get_by_role("button", name="Предоставить")).count():
        consent.click()
    page.wait_for_url(re.compile("/organizations/|/home/"))
    if picture.organization and "/organizations/" in page.url:
        page.get_by_role("button", name=re.compile(f"Выбрать.*{picture.organization}")).first.click()
        page.wait_for_url("**/home/")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000/")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--to", type=Path, default=HERE / "img")
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )
        for picture in PICTURES:
            if not given.only or picture.name in given.only:
                take(browser, given.address, picture, given.to)
                print(picture.name, picture.width, flush=True)


if __name__ == "__main__":
    main()
