"""The simulator itself: what it must refuse, so that a mistake of ours does not pass in development and fail in ЕСИА."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core.management import call_command

from accounts.esia.signing import base64url
from core.identifiers import inn_problem, kpp_problem, ogrn_problem, snils_problem
from signatures.gost.streebog import streebog
from simulators.demo_ca.keys import GostPrivateKey
from simulators.demo_ca.signing import Signer, sign
from simulators.esia.application import Request, Simulator
from simulators.esia.keys import client_signer, ensure_keys
from simulators.esia.memory import Memory
from simulators.esia.protocol import Client
from simulators.people import MASS_SIZE, PEOPLE, ZMZ, ZMZ_ADMIN, ZMZ_HEAD, demo_cast

STATE = "6f9619ff-8b86-d011-b42d-00cf4fc964ff"
CALLBACK = "http://cabinet.example/esia/callback/"


@pytest.fixture(scope="module")
def state_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("state")


@pytest.fixture
def simulator(state_dir):
    keys = ensure_keys(state_dir)
    client = Client("LKOT", "ЛКОТ", keys.client_certificate, ("http://cabinet.example/",))
    made = Simulator(keys, demo_cast(), {"LKOT": client}, "http://cabinet.example/")
    made.memory.forget()
    return made


@pytest.fixture
def signer(state_dir):
    return client_signer(state_dir)


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y.%m.%d %H:%M:%S +0000")


def signed(signer, *, old_formula=False, **changes):
    query = {
        "client_id": "LKOT",
        "scope": "openid",
        "timestamp": stamp(datetime.now(UTC)),
        "state": STATE,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "client_certificate_hash": streebog(signer.certificate.dump()).hex().upper(),
    } | changes
    names = ("client_id", "scope", "scope_org", "timestamp", "state", "redirect_uri")
    if old_formula:
        names = ("scope", "timestamp", "client_id", "state")
    message = "".join(query.get(name, "") for name in names)
    if query.get("grant_type"):
        message += query["code"]
    return query | {"client_secret": base64url(signer.key.sign(message.encode()))}


def error_of(answer) -> str:
    if answer.status == 302:
        return parse_qs(urlsplit(dict(answer.headers)["Location"]).query)["error_description"][0][5:11]
    return answer.body.decode().split("ESIA-")[1][:6]


def authorize(simulator, query, path="/aas/oauth2/v2/ac", cookie=""):
    return simulator.answer(Request("GET", path, query, cookie=cookie))


def test_a_right_request_leads_to_the_list_of_persons(simulator, signer):
    answer = authorize(simulator, signed(signer))
    location = urlsplit(dict(answer.headers)["Location"])
    assert location.path == "/login"
    page = simulator.answer(Request("GET", "/login", {"pending": parse_qs(location.query)["pending"][0]}))
    text = page.body.decode()
    assert "не портал Госуслуг" in text
    for person in PEOPLE:
        assert person.full_name in text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": "OTHER"}, "007002"),
        ({"client_certificate_hash": "AB" * 32}, "007002"),
        ({"redirect_uri": "http://evil.example/"}, "007023"),
        ({"redirect_uri": "http://127.0.0.1:8000@evil.example/"}, "007023"),
        ({"redirect_uri": ""}, "007014"),
        ({"state": "short"}, "007003"),
        ({"timestamp": "yesterday"}, "007015"),
        ({"scope": "openid secrets"}, "007006"),
        ({"response_type": "token"}, "007009"),
    ],
)
def test_wrong_requests(simulator, signer, changes, code):
    assert error_of(authorize(simulator, signed(signer, **changes))) == code


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_request_of_another_hour(simulator, signer, minutes):
    query = signed(signer, timestamp=stamp(datetime.now(UTC) + timedelta(minutes=minutes)))
    assert error_of(authorize(simulator, query)) == "007015"


def test_signed_by_another_key(simulator, signer):
    other = Signer(GostPrivateKey.generate(), signer.certificate)
    assert error_of(authorize(simulator, signed(other))) == "007053"


def test_the_old_formula_on_the_new_address(simulator, signer):
    assert error_of(authorize(simulator, signed(signer, old_formula=True))) == "007053"


@pytest.mark.parametrize("name", ["scope", "state", "timestamp", "scope_org"])
def test_a_field_changed_after_signing(simulator, signer, name):
    later = {
        "scope": "openid snils",
        "state": STATE.replace("6f", "7f"),
        "timestamp": stamp(datetime.now(UTC) - timedelta(seconds=9)),
        "scope_org": "http://esia.gosuslugi.ru/org_inn?org_oid=2000000001",
    }
    query = signed(signer) | {name: later[name]}
    assert error_of(authorize(simulator, query)) == "007053"


def test_first_generation(simulator, signer):
    query = signed(signer)
    message = (query["scope"] + query["timestamp"] + query["client_id"] + query["state"]).encode()
    for body, good in ((message, True), (message + b"!", False)):
        given = query | {"client_secret": base64url(sign(body, signer))}
        answer = authorize(simulator, given, "/aas/oauth2/ac")
        assert ("/login" in dict(answer.headers)["Location"]) is good
    raw = authorize(simulator, query, "/aas/oauth2/ac")
    assert error_of(raw) == "007053"


def login(simulator, signer, person=ZMZ_HEAD, **changes):
    """The code that ЕСИА gives after sign-in and consent, and its cookie."""
    first = authorize(simulator, signed(signer, **changes))
    pending = parse_qs(urlsplit(dict(first.headers)["Location"]).query)["pending"][0]
    page = simulator.answer(Request("POST", "/login", form={"pending": pending, "person": str(person)}))
    cookie = dict(page.headers)["Set-Cookie"].split("=")[1].split(";")[0]
    assert "Предоставить" in page.body.decode()
    pending = page.body.decode().split('name="pending" value="')[1].split('"')[0]
    answer = simulator.answer(Request("POST", "/consent", form={"pending": pending, "answer": "grant"}, cookie=cookie))
    return parse_qs(urlsplit(dict(answer.headers)["Location"]).query), cookie


def exchange(simulator, signer, code, path="/aas/oauth2/v3/te", **changes):
    form = signed(signer, grant_type="authorization_code", code=code, **changes)
    return simulator.answer(Request("POST", path, form=form))


def test_a_code_is_used_once(simulator, signer):
    code = login(simulator, signer)[0]["code"][0]
    assert exchange(simulator, signer, code).status == 200
    assert error_of(exchange(simulator, signer, code)) == "007011"


def test_a_code_lives_three_minutes(simulator, signer):
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        codes = [login(simulator, signer, person)[0]["code"][0] for person in (ZMZ_HEAD, ZMZ_ADMIN)]
        clock.shift(179)
        assert exchange(simulator, signer, codes[0]).status == 200
        clock.shift(2)
        assert error_of(exchange(simulator, signer, codes[1])) == "007011"


def test_a_code_is_of_one_address_and_generation(simulator, signer):
    code = login(simulator, signer)[0]["code"][0]
    other = exchange(simulator, signer, code, redirect_uri="http://cabinet.example/other/")
    assert error_of(other) == "007011"


def test_consent_is_kept_on_disk_and_asked_once(simulator, signer):
    _answer, cookie = login(simulator, signer)
    kept = Memory(simulator.memory.path)
    assert kept.consented("LKOT", ZMZ_HEAD)
    assert kept.session(cookie) == ZMZ_HEAD
    silent = authorize(simulator, signed(signer), cookie=cookie)
    assert "code=" in dict(silent.headers)["Location"]


def test_rest_gives_what_the_scopes_name(simulator, signer):
    code = login(simulator, signer, scope="openid")[0]["code"][0]
    token = json.loads(exchange(simulator, signer, code, scope="openid").body)["access_token"]

    def ask(path, bearer=token, **query):
        answer = simulator.answer(Request("GET", path, query, bearer=bearer))
        return answer.status, json.loads(answer.body)

    assert "snils" not in ask(f"/rs/prns/{ZMZ_HEAD}")[1]
    assert ask(f"/rs/prns/{ZMZ_HEAD}/roles")[0] == 403
    assert ask(f"/rs/prns/{ZMZ_HEAD + 1}")[0] == 403
    assert ask(f"/rs/orgs/{ZMZ}")[0] == 403
    assert ask(f"/rs/prns/{ZMZ_HEAD}", bearer="another")[0] == 401
    assert ask("/rs/nothing")[0] == 404


def test_employees_come_in_pages(simulator, signer):
    scope_org = f"http://esia.gosuslugi.ru/org_emps?org_oid={ZMZ}"
    answer, _cookie = login(simulator, signer, scope_org=scope_org)
    body = exchange(simulator, signer, answer["code"][0], scope_org=scope_org).body
    token = json.loads(body)["access_token"]
    seen = []
    for index in range(1, 6):
        query = {"embed": "(elements.person)", "pageIndex": str(index), "pageSize": "100"}
        page = json.loads(simulator.answer(Request("GET", f"/rs/orgs/{ZMZ}/emps", query, bearer=token)).body)
        seen.extend(row["prnOid"] for row in page["elements"])
        assert page["size"] == len(demo_cast().staff_of(ZMZ))
    assert sorted(seen) == sorted(each.person for each in demo_cast().staff_of(ZMZ))
    assert len(seen) > MASS_SIZE


def test_numbers_of_the_cast_are_right():
    cast = demo_cast()
    for person in cast.people.values():
        assert not snils_problem(person.snils)
        assert not inn_problem(person.inn)
    for organization in cast.organizations.values():
        assert not inn_problem(organization.inn)
        assert not ogrn_problem(organization.ogrn)
        for kpp in [organization.kpp, *(branch.kpp for branch in organization.branches)]:
            assert not (kpp and kpp_problem(kpp))
    assert len({person.snils for person in cast.people.values()}) == len(cast.people)
    assert cast.organizations[ZMZ].inn == "6603007127"


def test_who_can_sign_in_is_printed(capsys):
    call_command("demo_people")
    out = capsys.readouterr().out
    for person in PEOPLE:
        assert person.full_name in out
