"""«Удостоверяющие центры и списки отзыва»."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from signatures import actions
from signatures.models import AccreditedAuthority, FetchAddress, RevocationList, TrustedCertificate
from simulators.demo_ca.trusting import trust_demo_authority
from tests import factories
from tests.signatures.test_trust_lists import Accredited
from tests.signatures.tsl_files import Listed, take, trust_list

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def accredited(demo):
    return Accredited(demo)


@pytest.fixture
def page(client):
    client.force_login(factories.user())

    def shown(**query):
        answer = client.get(reverse("signatures:trust"), query)
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    return shown


def test_an_empty_installation(page):
    text = page()
    assert "Доверенных центров пока нет" in text
    assert "ещё не загружали" in text
    assert "не сертифицированное средство криптографической защиты информации (СКЗИ)" in text
    assert "подпись не принимается" in text
    assert "загрузка по адресам центров выключена" in text


def test_what_the_settings_do_is_said(page, settings):
    settings.SIGNATURE_REVOCATION = "later"
    settings.SIGNATURE_FETCH_CRLS = True
    text = page()
    assert "Отзыв ещё не проверен" in text
    assert "Списки отзыва система загружает сама" in text


def test_an_authority_with_its_lists(page, accredited):
    take(trust_list(accredited.ministry(), accredited.north(addresses=["http://crl.example/1.crl"])))
    text = page(q="Север")
    assert "УЦ «Север»" in text
    assert "Головной УЦ" not in text
    assert "Действует" in text
    assert "Нет списка" in text
    assert "Ещё не загружался" in text
    assert "Электронную подпись самого перечня система не проверяет" in text
    assert "администратор загрузил файл без подтверждения контрольной суммы" in text
    (row,) = actions.import_crl(accredited.lists[1])
    FetchAddress.objects.update(problem="Сервер ответил кодом 404.", last_success_at=NOW)
    text = page(q="7707083893")
    assert "Свежий" in text
    assert "№ 1 от" in text
    assert "отозвано: 0" in text
    assert "Сервер ответил кодом 404." in text
    RevocationList.objects.filter(pk=row.pk).update(this_update=NOW - 2 * DAY, next_update=NOW - DAY)
    assert "Устарел" in page(q="11")


def test_an_authority_that_is_not_trusted_any_more_is_found(page, accredited):
    ended = Listed("ООО «Запад»", "12", status="Прекращена", since="2024-05-06T00:00:00")
    take(trust_list(accredited.ministry(), accredited.north(), ended))
    assert "Запад" not in page()
    text = page(q="Запад")
    assert "Им система не доверяет" in text
    assert "Прекращена" in text
    assert "06.05.2024" in text
    assert "Ничего не найдено" not in text
    assert "Ничего не найдено" in page(q="Восток")
    take(trust_list(accredited.ministry(), version="8"))
    assert "Нет в перечне" in page(q="Север")


def test_an_accreditation_that_ends_soon(page, accredited):
    take(trust_list(accredited.ministry(), accredited.north(status="Прекращена", since=(NOW + 9 * DAY).isoformat())))
    assert "Прекращается" in page(q="Север")


def test_the_demo_authority(page, demo, settings):
    trust_demo_authority(demo.authority)
    assert "Демонстрационный УЦ ЛКОТ: корневой" in page()
    settings.LKOT_DEMO_SIGNER = False
    assert "Демонстрационный УЦ ЛКОТ: корневой" not in page()


def test_a_thousand_authorities_cost_as_many_queries_as_one(page, django_assert_max_num_queries):
    authorities = AccreditedAuthority.objects.bulk_create(
        AccreditedAuthority(registry_number=str(number), name=f"УЦ {number:04}", status="Действует", updated_at=NOW)
        for number in range(1000)
    )
    TrustedCertificate.objects.bulk_create(
        TrustedCertificate(
            der=b"", sha256=f"{number:064x}", key_sha256=f"{number:064x}", kind="intermediate", source="trust_list",
            subject=f"УЦ {number:04}", issuer="Корень", not_before=NOW, not_after=NOW + number * DAY, authority=authority,
        )
        for number, authority in enumerate(authorities)
    )  # fmt: skip
    RevocationList.objects.bulk_create(
        RevocationList(
            der=b"", sha256=f"{number:064x}", issuer="УЦ", issuer_key_sha256=f"{number % 1000:064x}", number=str(number),
            this_update=NOW - DAY * (number // 1000 + 1), next_update=NOW + DAY, revoked_count=5, verified_at=NOW, loaded_at=NOW,
        )
        for number in range(2000)
    )  # fmt: skip
    with django_assert_max_num_queries(12):
        text = page()
    assert "УЦ 0024" in text
    assert "УЦ 0025" not in text
    assert "из 1 000" in text.replace("\u2009", " ").replace("&thinsp;", " ")
    assert "УЦ 0999" in page(sort="-until")


def test_who_has_not_signed_in_is_led_to_the_entrance(client):
    answer = client.get(reverse("signatures:trust"))
    assert answer.status_code == 302
