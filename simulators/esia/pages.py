"""The simulator's own pages. They say on every screen that this is not Госуслуги."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from simulators.esia.faults import Faults
from simulators.people import Cast, Person

NOT_GOSUSLUGI = "Это учебный стенд, а не портал Госуслуг. Люди и организации вымышлены, пароль не нужен."
CONSENT_TO = (
    "Федеральная государственная информационная система учета результатов проведения специальной оценки условий труда"
)

STYLE = """
:root { color-scheme: light dark; --ink: #14212e; --muted: #55677a; --line: #d5dde6; --ground: #eef2f6; --surface: #fff;
  --accent: #0b5a4f; --on-accent: #fff; --warn: #6b4300; --warn-ground: #fff1d6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --muted: #a3b2c1; --line: #33414f; --ground: #10171e;
  --surface: #18222c; --accent: #5fc9b5; --on-accent: #06231e; --warn: #ffdf9e; --warn-ground: #3a2c10; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/24px system-ui, "Segoe UI", Roboto, "Noto Sans",
  "Liberation Sans", Arial, sans-serif; }
main { max-width: 720px; margin: 0 auto; padding: 24px 16px 48px; }
header p { margin: 0; padding: 10px 16px; background: var(--warn-ground); color: var(--warn); text-align: center;
  font-weight: 600; }
h1 { font-size: 26px; line-height: 32px; margin: 16px 0 8px; }
h2 { font-size: 18px; line-height: 24px; margin: 24px 0 8px; }
.panel { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 20px; margin-top: 16px; }
ul.people { list-style: none; margin: 0; padding: 0; }
ul.people li + li { border-top: 1px solid var(--line); }
.person { display: block; width: 100%; padding: 12px 8px; border: 0; background: none; color: inherit; font: inherit;
  text-align: left; border-radius: 6px; }
button.person { cursor: pointer; }
.person:hover { background: var(--ground); }
.person b { display: block; }
.person span, .muted { color: var(--muted); font-size: 14px; line-height: 20px; }
button.main, a.main { display: inline-block; padding: 10px 20px; border: 0; border-radius: 6px; background: var(--accent);
  color: var(--on-accent); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
button.other { padding: 10px 20px; border: 1px solid var(--line); border-radius: 6px; background: none; color: inherit;
  font: inherit; cursor: pointer; }
.row { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 20px; }
input[type=search] { width: 100%; padding: 9px 12px; border: 1px solid var(--muted); border-radius: 6px;
  background: var(--surface); color: inherit; font: inherit; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 0; }
dt { color: var(--muted); }
dd { margin: 0; }
a { color: inherit; }
"""


def page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>{escape(title)} — учебная ЕСИА</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<style>{STYLE}</style></head>"
        f"<body><header><p>{escape(NOT_GOSUSLUGI)}</p></header><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def login(people: Sequence[Person], pending: str, search: str) -> str:
    """The list of persons; each is a button that signs in as that person."""
    buttons = "".join(
        f'<li><button class="person" name="person" value="{person.oid}"><b>{escape(person.full_name)}</b>'
        f"<span>{escape(person.story)}</span></button></li>"
        for person in people
    )
    listed = buttons or '<li class="muted">Никого не нашлось: попробуйте другую фамилию.</li>'
    hidden = f'<input type="hidden" name="pending" value="{escape(pending)}">'
    return page(
        "Войти под именем",
        '<p class="muted">Вместо пароля выберите человека: за него вы войдёте в систему, которая вас сюда направила.</p>'
        f'<div class="panel"><form method="post" action="/login">{hidden}<ul class="people">{listed}</ul></form></div>'
        f'<div class="panel"><form method="get" action="/login">{hidden}<label for="search">Другие работники АО «ЗМЗ»: '
        f'поиск по фамилии</label><input type="search" id="search" name="search" value="{escape(search)}">'
        '<div class="row"><button class="other">Найти</button></div></form></div>',
    )


def consent(person: Person, pending: str) -> str:
    """Shown once for a person and a system."""
    return page(
        "Предоставление прав доступа",
        f'<div class="panel"><p><b>{escape(person.full_name)}</b>, система запрашивает право получать ваши данные:</p>'
        f"<p><b>{escape(CONSENT_TO)}</b></p>"
        '<p class="muted">Фамилия, имя, отчество; СНИЛС; ИНН; адрес электронной почты; организации, где вы работаете.</p>'
        f'<form method="post" action="/consent"><input type="hidden" name="pending" value="{escape(pending)}"><div class="row">'
        '<button class="main" name="answer" value="grant">Предоставить</button>'
        '<button class="other" name="answer" value="deny">Отказать</button></div></form></div>',
    )


def blocked(person: Person, pending: str) -> str:
    return page(
        "Учётная запись заблокирована",
        f'<div class="panel"><p>{escape(person.full_name)}: войти под этой учётной записью нельзя.</p>'
        f'<form method="post" action="/consent"><input type="hidden" name="pending" value="{escape(pending)}"><div class="row">'
        '<button class="main" name="answer" value="deny">Вернуться в систему</button></div></form></div>',
    )


def refusal(code: str, text: str) -> str:
    return page(
        f"Ошибка ESIA-{code}",
        f'<div class="panel"><p>{escape(text)}</p>'
        '<p class="muted">Браузер не отправлен обратно: адрес возврата не проверен.</p></div>',
    )


def root(cast: Cast, faults: Faults, back: str, named: Sequence[Person]) -> str:
    """What this is, whom one may be, and which switches are on."""
    people = "".join(
        f'<li class="person"><b>{escape(person.full_name)}</b><span>{escape(person.story)}</span></li>'
        for person in named
    )
    return page(
        "Учебная ЕСИА",
        f"<p>Здесь отвечает имитатор Единой системы идентификации и аутентификации для разработки. Вход начинается в "
        f'личном кабинете: <a href="{escape(back)}">{escape(back)}</a>.</p>'
        f'<div class="panel"><dl><dt>Людей</dt><dd>{len(cast.people)}</dd><dt>Организаций</dt><dd>{len(cast.organizations)}</dd>'
        f"<dt>Неисправность токенов</dt><dd>{escape(faults.jwt or 'нет')}</dd>"
        f"<dt>Неисправность ответов</dt><dd>{escape(faults.answer or 'нет')}</dd></dl></div>"
        f'<h2>Кем можно войти</h2><div class="panel"><ul class="people">{people}</ul></div>',
    )
