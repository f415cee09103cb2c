"""What can go wrong with ЕСИА, each with its page: what happened and what to do. Nothing of the parser or the protocol is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

CODE = re.compile(r"ESIA-(\d{6})", re.ASCII)
ERROR = re.compile(r"[a-z_]{1,40}")  # the words of RFC 6749, 4.1.2.1


@dataclass(frozen=True, slots=True)
class ProblemText:
    """`again`: trying once more is worth a button. `employees`: the page shows the way to check the level of access."""

    title: str
    what: str
    do: str
    status: int
    again: bool = True
    employees: bool = False


PROBLEMS: dict[str, ProblemText] = {
    "denied": ProblemText(
        "Вход отменён",
        "Вы не предоставили системе права доступа в ЕСИА, поэтому вход не выполнен.",
        "Нажмите «Войти ещё раз» и на странице ЕСИА — «Предоставить». Разрешение запрашивается один раз.",
        403,
    ),
    "unconfirmed": ProblemText(
        "Учётная запись не подтверждена",
        "В личный кабинет входят только с подтверждённой учётной записью Госуслуг. Ваша ещё не подтверждена.",
        "Подтвердите личность: через приложение банка, в центре обслуживания, электронной подписью — и войдите снова.",
        403,
    ),
    "not_found": ProblemText(
        "Активный пользователь не найден",
        "Учётная запись заблокирована: в ЕСИА или оператором личного кабинета.",
        "Проверьте учётную запись на портале Госуслуг. Если там она действует, обратитесь к оператору системы.",
        403,
        again=False,
    ),
    "not_employee": ProblemText(
        "ЕСИА не подтвердила, что вы работаете в организации",
        "Сведения об организации получает только её работник. ЕСИА ответила, что вас нет среди сотрудников.",
        "Проверьте список сотрудников в профиле организации и войдите заново, чтобы обновить список организаций.",
        403,
        again=False,
        employees=True,
    ),
    "other_person": ProblemText(
        "В ЕСИА вошёл другой человек",
        "Организацию выбирали вы, а ЕСИА ответила о другом пользователе: в этом браузере вошли под другим именем.",
        "Выйдите из системы и войдите снова.",
        403,
    ),
    "state": ProblemText(
        "Ссылка входа больше не действует",
        "Вход начат в другом окне, больше десяти минут назад или этот ответ ЕСИА уже использован.",
        "Начните вход заново.",
        400,
    ),
    "code": ProblemText(
        "ЕСИА не приняла код входа",
        "Код входа действует три минуты и один раз. Этот уже использован или просрочен.",
        "Начните вход заново.",
        400,
    ),
    "bad_token": ProblemText(
        "Ответ ЕСИА не прошёл проверку",
        "Подпись, срок или получатель ответа не те, что должны быть. Вход не выполнен, ничего не сохранено.",
        "Войдите ещё раз. Если это повторится, сообщите оператору системы: возможна подмена или смена ключа ЕСИА.",
        502,
    ),
    "unavailable": ProblemText(
        "ЕСИА сейчас недоступна",
        "Система не смогла связаться с ЕСИА. Вход не выполнен, ничего не сохранено.",
        "Повторите через несколько минут. Работают ли Госуслуги, видно на их портале.",
        503,
    ),
    "slow": ProblemText(
        "ЕСИА не ответила вовремя",
        "Мы подождали ответа ЕСИА и не дождались. Вход не выполнен, ничего не сохранено.",
        "Повторите через несколько минут.",
        504,
    ),
    "garbage": ProblemText(
        "ЕСИА ответила непонятно",
        "Ответ ЕСИА не того вида, который она обещает. Вход не выполнен, ничего не сохранено.",
        "Повторите через несколько минут. Если это повторится, сообщите оператору системы.",
        502,
    ),
    "absent": ProblemText(
        "ЕСИА не нашла запрошенных сведений",
        "Человек или организация, о которых мы спросили ЕСИА, ей больше не известны.",
        "Выйдите и войдите снова, чтобы обновить список организаций.",
        404,
    ),
    "refused": ProblemText(
        "ЕСИА отказала в запросе",
        "ЕСИА не приняла запрос нашей системы. Дело не в вас: вход настроен неверно или изменился порядок входа.",
        "Сообщите оператору системы код отказа.",
        502,
    ),
    "signer": ProblemText(
        "Система не смогла подписать запрос к ЕСИА",
        "Средство электронной подписи нашей системы не ответило. Дело не в вас, вход не выполнен.",
        "Повторите через несколько минут. Если это повторится, сообщите оператору системы.",
        503,
    ),
    "verifier": ProblemText(
        "Система не может проверить ответ ЕСИА",
        "Проверка подписи ответов ЕСИА в нашей системе не настроена. Дело не в вас, вход не выполнен, ничего не сохранено.",
        "Сообщите оператору системы.",
        503,
        again=False,
    ),
    "too_often": ProblemText(
        "Слишком много попыток входа",
        "С вашего адреса за минуту пришло слишком много запросов на вход.",
        "Подождите минуту и попробуйте снова.",
        429,
    ),
}

# Codes of the ЕСИА error texts (methodical recommendations, appendix on errors; facts seen in live clients)
KIND_OF_CODE = {
    "007004": "denied",
    "007055": "unconfirmed",
    "007194": "not_employee",
    "007011": "code",
}


class EsiaProblem(OAuth2Error):
    """`kind` is a key of PROBLEMS; `code` is ЕСИА's own six digits, "" where it gave none. The message is for the log."""

    def __init__(self, kind: str, message: str = "", code: str = "") -> None:
        super().__init__(message or kind)
        self.kind = kind
        self.code = code


def problem_of_answer(error: str, description: str) -> EsiaProblem:
    """From the `error` and `error_description` of ЕСИА's redirect or JSON. Of a redirect both are what the browser says: only
    what looks like a word and a code of the protocol goes on, into the log and onto the page."""
    error = error if ERROR.fullmatch(error) else ""
    found = CODE.search(description or "")
    code = found.group(1) if found else ""
    fallback = "denied" if error == "access_denied" else "refused"
    return EsiaProblem(KIND_OF_CODE.get(code, fallback), f"{error} {code}".strip(), code)


def problem_page(request: HttpRequest, problem: EsiaProblem) -> HttpResponse:
    """The page of a problem, with its status."""
    text = PROBLEMS[problem.kind]
    context = {"problem": text, "code": problem.code}
    return render(request, "accounts/esia_problem.html", context, status=text.status)
