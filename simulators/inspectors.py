"""The supervising bodies of the demo and their people: two territories, so that a border can be tried, and one body above them."""

from __future__ import annotations

from accounts.rights import Right
from simulators.cast import (
    DemoGrant,
    DemoOrganization,
    Employment,
    Person,
    ogrn_of,
    organization_inn,
    person_inn,
    snils_of,
)

INSPECTORATE = 2000000005
INSPECTORATE_77 = 2000000007
ROSTRUD = 2000000008

INSPECTOR = 1000000013
INSPECTORATE_HEAD = 1000000016
INSPECTORATE_77_HEAD = 1000000017
ROSTRUD_HEAD = 1000000018

ORGANIZATIONS = (
    DemoOrganization(
        oid=INSPECTORATE,
        entity="AGENCY",
        full_name="Учебная государственная инспекция труда в Свердловской области",
        short_name="Учебная ГИТ в Свердловской области",
        inn=organization_inn(667099001),
        kpp="667001001",
        ogrn=ogrn_of("103660099001"),
        leg="75104",
        region="66",
        address="620000, Свердловская область, г. Екатеринбург, ул. Учебная, д. 1",
        inspectorate="git",
    ),
    DemoOrganization(
        oid=INSPECTORATE_77,
        entity="AGENCY",
        full_name="Учебная государственная инспекция труда в городе Москве",
        short_name="Учебная ГИТ в г. Москве",
        inn=organization_inn(770199002),
        kpp="770101001",
        ogrn=ogrn_of("103770099002"),
        leg="75104",
        region="77",
        address="101000, г. Москва, Учебный переулок, д. 2",
        inspectorate="git",
    ),
    DemoOrganization(
        oid=ROSTRUD,
        entity="AGENCY",
        full_name="Учебная федеральная служба по труду и занятости",
        short_name="Учебный Роструд",
        inn=organization_inn(770999003),
        kpp="770901001",
        ogrn=ogrn_of("104770099003"),
        leg="75104",
        region="77",
        address="109012, г. Москва, Учебная площадь, д. 3",
        inspectorate="rostrud",
    ),
)
PEOPLE = (
    Person(
        INSPECTOR,
        "Громова",
        "Наталья",
        "Петровна",
        snils_of(112233458),
        person_inn(6670112244),
        "inspector@git.example",
        "Учебная ГИТ в Свердловской области: инспектор, рассматривает признаки, права предоставил руководитель",
        "inspectorate of region 66: inspector with granted rights",
        gender="F",
    ),
    Person(
        INSPECTORATE_HEAD,
        "Лебедев",
        "Сергей",
        "Викторович",
        snils_of(112233461),
        person_inn(6670112247),
        "head@git66.example",
        "Учебная ГИТ в Свердловской области: руководитель, все права",
        "inspectorate of region 66: head",
    ),
    Person(
        INSPECTORATE_77_HEAD,
        "Сафонов",
        "Андрей",
        "Игоревич",
        snils_of(112233462),
        person_inn(7701112248),
        "head@git77.example",
        "Учебная ГИТ в г. Москве: руководитель, другая территория",
        "inspectorate of region 77: head, another territory",
    ),
    Person(
        ROSTRUD_HEAD,
        "Осипова",
        "Вера",
        "Ивановна",
        snils_of(112233463),
        person_inn(7709112249),
        "head@rostrud.example",
        "Учебный Роструд: вся страна, ведение реестров",
        "Rostrud: the whole country, keeps the registers",
        gender="F",
    ),
)
EMPLOYMENTS = (
    Employment(INSPECTOR, INSPECTORATE, "Государственный инспектор труда"),
    Employment(INSPECTORATE_HEAD, INSPECTORATE, "Руководитель", chief=True),
    Employment(INSPECTORATE_77_HEAD, INSPECTORATE_77, "Руководитель", chief=True),
    Employment(ROSTRUD_HEAD, ROSTRUD, "Начальник управления", chief=True),
)
GRANTS = (
    DemoGrant(
        INSPECTOR,
        INSPECTORATE,
        (Right.INSPECT_FLAGS, Right.REVIEW_FLAGS, Right.SEND_MESSAGES),
        "Приказ № 7 о распределении обязанностей",
    ),
)
