"""Sign-in against the real simulator process: who gets in, who does not, and what is left behind when not."""

import pytest
from django.urls import reverse

from accounts.models import EsiaRole, Grant, Organization, User
from core.journal.models import Event
from simulators.people import BLOCKED, UNCONFIRMED, ZMZ_ADMIN, ZMZ_HEAD, demo_cast
from tests.accounts.conftest import Walker, query_of

pytestmark = pytest.mark.django_db


def text_of(answer) -> str:
    return answer.content.decode()


def nothing_was_stored() -> bool:
    return not User.objects.exists() and not EsiaRole.objects.exists() and not Event.objects.exists()


def test_the_start_page_begins_and_a_link_does_not(client, settings):
    settings.PUBLIC_URL = "http://testserver"
    page = text_of(client.get("/"))
    assert 'action="/sign-in/"' in page
    assert "Вход в систему" in page
    assert client.get(reverse("accounts:sign_in")).status_code == 302
    assert client.get(reverse("accounts:sign_in"))["Location"] == "/"


def test_another_address_leads_to_the_canonical_one(client, settings):
    """A session begun on localhost would not be known at 127.0.0.1, where ЕСИА sends the browser back."""
    page = text_of(client.get("/"))
    assert 'action="/sign-in/"' not in page
    assert f'href="{settings.PUBLIC_URL}/"' in page


@pytest.mark.parametrize("generation", ["v2", "v1"])
def test_first_sign_in_asks_consent_once(esia, settings, generation):
    settings.ESIA = settings.ESIA | {"generation": generation}
    walker = Walker(esia)
    answer = walker.sign_in(ZMZ_HEAD)
    assert (answer.status_code, answer["Location"]) == (302, reverse("accounts:organizations"))
    assert walker.consents_asked == 1
    person = demo_cast().people[ZMZ_HEAD]
    user = User.objects.get()
    assert (user.esia_oid, user.snils, user.full_name) == (ZMZ_HEAD, person.snils, person.full_name)
    assert user.inn == person.inn
    assert user.email == person.email

    again = Walker(esia)
    assert again.sign_in(ZMZ_HEAD).status_code == 302
    assert again.consents_asked == 0
    assert User.objects.count() == 1
    assert list(Event.objects.filter(verb="person.signed_in").values_list("payload__first_time", flat=True)) == [
        True,
        False,
    ]


def test_rs256_tokens_are_taken_too(walker, esia):
    esia.faults(algorithm="RS256")
    assert walker.sign_in(ZMZ_HEAD).status_code == 302
    assert User.objects.filter(esia_oid=ZMZ_HEAD).exists()


def test_the_session_gets_a_new_id(walker):
    walker.cabinet.get("/")
    walker.start()
    before = walker.cabinet.session.session_key
    walker.sign_in(ZMZ_HEAD)
    assert walker.cabinet.session.session_key != before


def test_no_personal_data_in_addresses(walker):
    walker.sign_in(ZMZ_HEAD)
    walker.choose("ЗМЗ")
    person = demo_cast().people[ZMZ_HEAD]
    for address in walker.visited:
        assert person.snils not in address
        assert person.last_name not in address


def test_second_authorization_is_silent(walker):
    walker.sign_in(ZMZ_HEAD)
    walker.choose("ЗМЗ")
    assert (walker.logins_asked, walker.consents_asked) == (1, 1)


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def flip_bit(text: str, place: int) -> str:
    """One bit of what a letter of base64url stands for."""
    return text[:place] + LETTERS[LETTERS.index(text[place]) ^ 1] + text[place:][1:]


@pytest.mark.parametrize("generation", ["v2", "v1"])
@pytest.mark.parametrize("place", [5, 40, -3])
def test_a_flipped_bit_in_client_secret_is_refused(esia, settings, generation, place):
    settings.ESIA = settings.ESIA | {"generation": generation}
    walker = Walker(esia)
    address = walker.start()
    secret = query_of(address)["client_secret"]
    spoilt = address.replace(secret, flip_bit(secret, place))
    answer = walker.esia.get(spoilt, allow_redirects=False, timeout=10)
    assert "007053" in answer.headers["Location"]
    page = walker.back(answer.headers["Location"])
    assert page.status_code == 502
    assert "ESIA-007053" in text_of(page)
    assert nothing_was_stored()


@pytest.mark.parametrize(
    "fault",
    [
        "wrong_key",
        "expired",
        "not_yet",
        "flipped_access",
        "flipped_id",
        "no_algorithm",
        "other_client",
        "other_person",
        "other_issuer",
        "swapped",
        "other_state",
    ],
)
def test_a_wrong_token_is_refused(walker, esia, fault):
    esia.faults(jwt=fault)
    page = walker.sign_in(ZMZ_HEAD)
    assert page.status_code == 502
    assert "Ответ ЕСИА не прошёл проверку" in text_of(page)
    assert "_auth_user_id" not in walker.cabinet.session
    assert nothing_was_stored()


def test_denied_consent(walker):
    page = walker.sign_in(ZMZ_HEAD, consent="deny")
    assert page.status_code == 403
    assert "Вход отменён" in text_of(page)
    assert nothing_was_stored()


def test_unconfirmed_account(walker):
    page = walker.sign_in(UNCONFIRMED)
    assert page.status_code == 403
    assert "не подтверждена" in text_of(page)
    assert nothing_was_stored()


def test_blocked_account_in_esia(walker):
    page = walker.sign_in(BLOCKED)
    assert page.status_code == 403
    assert nothing_was_stored()


def test_person_blocked_by_the_operator(walker):
    walker.sign_in(ZMZ_HEAD)
    User.objects.update(is_active=False)
    assert walker.cabinet.get("/organizations/").status_code == 302, "the open session ends"
    page = Walker(walker.simulator).sign_in(ZMZ_HEAD)
    assert page.status_code == 403
    assert "Активный пользователь не найден" in text_of(page)


def test_a_foreign_state_is_refused(walker, esia):
    stolen = walker.in_esia(walker.start(), ZMZ_HEAD)
    victim = Walker(esia)
    victim.start()
    page = victim.back(stolen)
    assert page.status_code == 400
    assert "Ссылка входа больше не действует" in text_of(page)
    assert nothing_was_stored()


def test_an_answer_is_used_once(walker):
    address = walker.in_esia(walker.start(), ZMZ_HEAD)
    assert walker.back(address).status_code == 302
    assert walker.back(address).status_code == 400


def test_a_code_used_under_another_state_is_refused(walker, esia):
    code = query_of(walker.in_esia(walker.start(), ZMZ_HEAD))["code"]
    other = Walker(esia)
    state = query_of(other.start())["state"]
    callback = reverse("esia_callback")
    assert other.cabinet.get(callback, {"code": code, "state": state}).status_code == 302, (
        "the code itself is good once"
    )
    third = Walker(esia)
    page = third.cabinet.get(callback, {"code": code, "state": query_of(third.start())["state"]})
    assert page.status_code == 400
    assert "ЕСИА не приняла код входа" in text_of(page)


@pytest.mark.parametrize("query", [{}, {"state": "x"}, {"code": "y"}])
def test_a_bare_callback(client, query):
    page = client.get(reverse("esia_callback"), query)
    assert page.status_code == 400


@pytest.mark.parametrize(
    ("answer", "place", "status"),
    [
        ("down", "token", 503),
        ("down", "rest", 503),
        ("dropped", "token", 503),
        ("dropped", "rest", 503),
        ("slow", "token", 504),
        ("slow", "rest", 504),
        ("drip", "rest", 504),
        ("garbage", "token", 502),
        ("garbage", "rest", 502),
        ("odd", "token", 502),
        ("odd", "rest", 502),
        ("huge", "rest", 502),
    ],
)
def test_bad_days_of_esia(walker, esia, settings, answer, place, status):
    if status == 504:
        settings.ESIA = settings.ESIA | {"timeout_seconds": 0.5}
    esia.faults(answer=answer, place=place, seconds="1.5")
    page = walker.sign_in(ZMZ_HEAD)
    assert page.status_code == status
    assert "ничего не сохранено" in text_of(page)
    assert "Traceback" not in text_of(page)
    assert "_auth_user_id" not in walker.cabinet.session
    assert nothing_was_stored()


def test_esia_is_switched_off(walker, settings):
    address = walker.in_esia(walker.start(), ZMZ_HEAD)
    settings.ESIA = settings.ESIA | {"base_url": "http://127.0.0.1:9"}
    page = walker.back(address)
    assert page.status_code == 503
    assert "ЕСИА сейчас недоступна" in text_of(page)


def test_a_signer_that_nobody_set_up_is_a_page(client, settings):
    settings.ESIA = settings.ESIA | {"request_signer": "", "signer_command": [], "certificate_hash": ""}
    page = client.post("/sign-in/")
    assert page.status_code == 503
    assert "не смогла подписать запрос" in text_of(page)


def test_a_verifier_that_nobody_set_up_is_a_page(walker, settings):
    settings.ESIA = settings.ESIA | {"token_verifier": "", "token_certificates": ""}
    page = walker.sign_in(ZMZ_HEAD)
    assert page.status_code == 503
    assert "не может проверить ответ" in text_of(page)
    assert nothing_was_stored()


def test_too_many_attempts(client, settings, esia):
    settings.ACCOUNT_RATE_LIMITS = {"esia_sign_in": "2/m/ip"}
    statuses = [client.post("/sign-in/").status_code for _ in range(3)]
    assert statuses == [302, 302, 429]


def test_sign_out_here_and_in_esia(walker, esia):
    walker.sign_in(ZMZ_HEAD)
    answer = walker.cabinet.post("/sign-out/")
    assert answer["Location"].startswith(f"{esia.url}/idp/ext/Logout?")
    assert "redirect_url=" in answer["Location"]
    assert walker.cabinet.get("/organizations/").status_code == 302
    back = walker.esia.get(answer["Location"], allow_redirects=False, timeout=10)
    assert walker.back(back.headers["Location"]).status_code == 200
    walker.in_esia(walker.start(), ZMZ_ADMIN)
    assert walker.logins_asked == 2, "ЕСИА's own session has ended too"
    assert Event.objects.filter(verb="person.signed_out").count() == 1


def test_signing_out_takes_a_post(walker):
    walker.sign_in(ZMZ_HEAD)
    assert walker.cabinet.get("/sign-out/").status_code == 405


def test_another_person_signs_in_over_a_session(walker):
    walker.sign_in(ZMZ_HEAD)
    walker.choose("ЗМЗ")
    walker.esia.cookies.clear()
    walker.sign_in(ZMZ_ADMIN)
    assert walker.cabinet.get("/organizations/").context["user"].esia_oid == ZMZ_ADMIN
    assert walker.cabinet.get("/home/").status_code == 302, "the other's organization is not taken over"


def test_sign_in_alone_grants_nothing(walker):
    walker.sign_in(ZMZ_HEAD)
    assert not Grant.objects.exists()
    assert not Organization.objects.exists()


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/login/", "/signup/", "/password/reset/", "/3rdparty/", "/email/", "/esia/login/"]
)
def test_allauths_other_pages_are_not_there(client, path):
    assert client.get(path).status_code == 404
