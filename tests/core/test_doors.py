"""Doors: deny by default, and a GET that writes fails."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import InternalError
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.models import Organization
from core.checks import every_pattern, is_third_party
from core.doors import door
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


def test_the_no_right_page_names_who_can_grant(ask):
    clerk = factories.acting(rights=["control.view_flags"])
    admin = factories.user(last_name="Распорядителева")
    factories.grant(admin, clerk.organization)
    assert "Распорядителева" in ask(guarded, acting=clerk).content.decode()


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
