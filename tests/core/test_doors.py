"""Doors: deny by default, and a GET that writes fails."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import InternalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import Organization
from core.checks import every_pattern, is_third_party
from core.doors import SIGNED_OUT, door
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(rf: RequestFactory):
    def make(view, method="GET", acting=None, user=None):
        request = rf.generic(method, "/")
        request.user = user or (acting.user if acting else AnonymousUser())
        request.acting = acting
        request.session = {}
        return view(request)

    return make


@door(read=["GET"], write=["POST"], right="sout.view_reports")
def guarded(request):
    return HttpResponse("in")


@door(read=["GET"])
def writes_at_get(request):
    Organization.objects.filter(pk=request.acting.organization.pk).update(short_name="x")
    return HttpResponse("in")


@door(write=["POST"])
def writes_at_post(request):
    Organization.objects.filter(pk=request.acting.organization.pk).update(short_name="x")
    return HttpResponse("in")


def test_a_get_that_writes_fails(ask):
    with pytest.raises(InternalError, match="read-only"):
        ask(writes_at_get, acting=factories.acting())


def test_a_post_may_write(ask):
    acting = factories.acting()
    assert ask(writes_at_post, "POST", acting=acting).status_code == 200
    acting.organization.refresh_from_db()
    assert acting.organization.short_name == "x"


def test_three_people_at_the_door(ask):
    assert ask(guarded).status_code == 302, "a stranger is sent to sign in"
    no_organization = factories.user()
    assert ask(guarded, user=no_organization).status_code == 302, "to the choice of organization"
    clerk = factories.acting(rights=["control.view_flags"])
    refused = ask(guarded, acting=clerk)
    assert refused.status_code == 403
    assert "Просмотр отчетов СОУТ" in refused.content.decode()
    holder = factories.acting(rights=["sout.view_reports"])
    assert ask(guarded, acting=holder).content == b"in"


def test_other_methods_are_refused(ask):
    response = ask(guarded, "DELETE", acting=factories.acting())
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST"


def test_a_part_of_a_page_is_never_the_page_of_sign_in(client):
    """A poll of htmx after the session has ended: the whole window goes to the start page, not the fragment."""
    address = reverse("core:notices")
    stranger = client.get(address, headers={"HX-Request": "true"})
    assert (stranger.status_code, stranger["HX-Redirect"]) == (401, reverse("accounts:start"))
    assert stranger.content.decode() == SIGNED_OUT, "a sentence, not a page"
    client.force_login(factories.user())
    nobodys = client.get(address, headers={"HX-Request": "true"})
    assert (nobodys.status_code, nobodys["HX-Redirect"]) == (200, reverse("accounts:organizations"))
    assert client.get(address).status_code == 302, "an ordinary request is redirected as ever"


def test_a_get_of_what_only_takes_a_post_is_a_page(client):
    factories.sign_in(client, factories.acting())
    answer = client.get(reverse("core:notices_read"))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Сюда ведёт только кнопка" in answer.content.decode()


def test_too_large_a_form_is_told_in_russian(client, settings):
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    factories.sign_in(client, factories.acting())
    answer = client.post(reverse("core:notices_read"), {"up_to": "1" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "Запрос не принят" in text
    assert "до 5 МБ текста" in text


def test_the_page_of_a_bad_request_tells_the_limits_in_force(settings):
    text = render_to_string("400.html")
    assert f"до {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20} МБ" in text
    assert f"до {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS} значений" in text


def test_the_no_right_page_names_who_can_grant(ask):
    clerk = factories.acting(rights=["control.view_flags"])
    admin = factories.user(last_name="Распорядителева")
    factories.grant(admin, clerk.organization)
    assert "Распорядителева" in ask(guarded, acting=clerk).content.decode()


def test_a_right_of_another_kind_of_organization_is_nobodys_to_give(client):
    """The head of a SOUT organization was told that his organization has no administrator yet."""
    head = factories.acting(factories.organization(is_sout_organization=True))
    factories.sign_in(client, head)
    refused = client.get(reverse("registries:registers"))
    text = refused.content.decode()
    assert refused.status_code == 403
    assert "такого права не бывает" in text
    assert "ни одного администратора" not in text
    assert "Страница откроется" not in text


@pytest.mark.parametrize(
    "words",
    [
        {"read": ["GET"], "public": True, "right": "x"},
        {"read": ["GET"], "signed_in": True, "right": "x"},
        {"read": ["GET"], "signed_in": True, "public": True},
        {},
    ],
)
def test_words_that_contradict_each_other_are_refused(words):
    with pytest.raises(ValueError, match=r"door|right"):
        door(**words)


def test_every_view_has_a_door_and_a_name():
    for route, name, callback in every_pattern():
        if is_third_party(route):
            continue
        assert hasattr(callback, "door"), f"{route}: add @door(...)"
        assert name, f"{route}: a view without a name cannot be linked or tested"
