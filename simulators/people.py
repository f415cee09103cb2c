"""The people and organizations of the demo. All invented; check digits are computed, so they are right.

ЕСИА's simulator, the demo CA and the loader of demo data read this one cast. Numbers of persons and organizations are the
ЕСИА ids (`oid`).
"""

from __future__ import annotations

import functools

from accounts.rights import Right
from simulators import inspectors
from simulators.cast import (
    Cast,
    DemoBranch,
    DemoGrant,
    DemoOrganization,
    Employment,
    Person,
    ogrn_of,
    organization_inn,
    person_inn,
    snils_of,
)
from simulators.inspectors import INSPECTOR, INSPECTORATE, INSPECTORATE_77_HEAD, INSPECTORATE_HEAD, ROSTRUD_HEAD

__all__ = [
    "INSPECTOR",
    "INSPECTORATE",
    "INSPECTORATE_77_HEAD",
    "INSPECTORATE_HEAD",
    "ROSTRUD_HEAD",
    "Cast",
    "DemoBranch",
    "DemoGrant",
    "DemoOrganization",
    "Employment",
    "Person",
    "demo_cast",
    "ogrn_of",
    "organization_inn",
    "person_inn",
    "snils_of",
]

ZMZ, TECHNO, NORMA, EXPERT_TRUD = range(2000000001, 2000000005)
TRADER = 2000000006
ZMZ_BRANCH = 3000000001

ZMZ_HEAD = 1000000001
ZMZ_ADMIN = 1000000002
ZMZ_SAFETY = 1000000003
ZMZ_BRANCH_SAFETY = 1000000004
ZMZ_NO_RIGHTS = 1000000005
ZMZ_BLOCKED_THERE = 1000000006
TECHNO_HEAD = 1000000007
SEVERAL = 1000000008
SOLE_TRADER = 1000000009
NORMA_HEAD = 1000000010
NORMA_EXPERT = 1000000011
EXPERT_TRUD_HEAD = 1000000012
UNCONFIRMED = 1000000014
BLOCKED = 1000000015
ZMZ_SIGNER = 1000000019
MASS_FIRST = 1000001000
MASS_SIZE = 300

ORGANIZATIONS = (
    DemoOrganization(
        oid=ZMZ,
        entity="LEGAL",
        full_name="Акционерное общество «Заречный машиностроительный завод»",
        short_name="АО «ЗМЗ»",
        inn=organization_inn(660300712),
        kpp="660301001",
        ogrn=ogrn_of("102660062147"),
        leg="12267",
        region="66",
        address="624250, Свердловская область, г. Заречный, ул. Заводская, д. 3",
        branches=(DemoBranch(ZMZ_BRANCH, "Филиал в г. Каменск-Уральский", "661243001"),),
    ),
    DemoOrganization(
        oid=TECHNO,
        entity="LEGAL",
        full_name="Общество с ограниченной ответственностью «Технопроект»",
        short_name="ООО «Технопроект»",
        inn=organization_inn(772601458),
        kpp="772601001",
        ogrn=ogrn_of("109774653201"),
        leg="12300",
        region="77",
        address="117105, г. Москва, Варшавское шоссе, д. 28А",
    ),
    DemoOrganization(
        oid=NORMA,
        entity="LEGAL",
        full_name="Общество с ограниченной ответственностью «Центр гигиены труда «Норма»",
        short_name="ООО «ЦГТ «Норма»",
        inn=organization_inn(770845123),
        kpp="770801001",
        ogrn=ogrn_of("115774600231"),
        leg="12300",
        region="77",
        address="115280, г. Москва, ул. Мастеркова, д. 4",
        sout_number="417",
    ),
    DemoOrganization(
        oid=EXPERT_TRUD,
        entity="LEGAL",
        full_name="Общество с ограниченной ответственностью «Эксперт-Труд Сервис»",
        short_name="ООО «ЭТС»",
        inn=organization_inn(165801934),
        kpp="165801001",
        ogrn=ogrn_of("117169000412"),
        leg="12300",
        region="16",
        address="420111, Республика Татарстан, г. Казань, ул. Баумана, д. 20",
        sout_number="562",
    ),
    DemoOrganization(
        oid=TRADER,
        entity="BUSINESS",
        full_name="Индивидуальный предприниматель Орлов Денис Витальевич",
        short_name="ИП Орлов Д. В.",
        inn=person_inn(5401987654),
        kpp="",
        ogrn=ogrn_of("31654760012345"),
        leg="50102",
        region="54",
        address="630099, г. Новосибирск, ул. Ленина, д. 12",
    ),
    *inspectors.ORGANIZATIONS,
)

HEAD = "генеральный директор, подписывает без доверенности"
PEOPLE = (
    Person(
        ZMZ_HEAD,
        "Кузнецов",
        "Антон",
        "Андреевич",
        snils_of(112233446),
        person_inn(6603112233),
        "head@zmz.example",
        f"АО «ЗМЗ»: {HEAD}",
        "employer: head of the plant, full access, signs",
    ),
    Person(
        ZMZ_ADMIN,
        "Алексеева",
        "Лариса",
        "Александровна",
        snils_of(112233447),
        person_inn(6603112234),
        "hr@zmz.example",
        "АО «ЗМЗ»: начальник отдела кадров, «Администратор организации» в ЕСИА",
        "employer: administrator by her role in ESIA",
        gender="F",
    ),
    Person(
        ZMZ_SAFETY,
        "Морозов",
        "Вадим",
        "Юрьевич",
        snils_of(112233448),
        person_inn(6603112235),
        "ot@zmz.example",
        "АО «ЗМЗ»: специалист по охране труда, права предоставил руководитель",
        "employer: safety specialist with granted rights",
    ),
    Person(
        ZMZ_BRANCH_SAFETY,
        "Соколова",
        "Ирина",
        "Павловна",
        snils_of(112233449),
        person_inn(6612112236),
        "filial@zmz.example",
        "АО «ЗМЗ»: специалист филиала в г. Каменск-Уральский, видит только филиал",
        "employer: sees the branch only",
        gender="F",
    ),
    Person(
        ZMZ_NO_RIGHTS,
        "Белов",
        "Кирилл",
        "Олегович",
        snils_of(112233450),
        person_inn(6603112237),
        "belov@zmz.example",
        "АО «ЗМЗ»: токарь, доступа ему никто не давал",
        "employer: plain employee, no access",
    ),
    Person(
        ZMZ_BLOCKED_THERE,
        "Фролов",
        "Степан",
        "Игоревич",
        snils_of(112233451),
        person_inn(6603112238),
        "frolov@zmz.example",
        "АО «ЗМЗ»: доступ к организации заблокирован в её профиле",
        "employer: blocked in the organization's profile",
    ),
    Person(
        TECHNO_HEAD,
        "Киселев",
        "Павел",
        "Петрович",
        snils_of(112233452),
        person_inn(7726112239),
        "head@tehnoproekt.example",
        f"ООО «Технопроект»: {HEAD}",
        "employer: head of the office, full access, signs",
    ),
    Person(
        SEVERAL,
        "Иванова",
        "Мария",
        "Викторовна",
        snils_of(112233453),
        person_inn(7726112240),
        "ivanova@tehnoproekt.example",
        "в трёх организациях: администратор ООО «Технопроект», права в АО «ЗМЗ», в ООО «ЦГТ «Норма» без доступа",
        "in three organizations: administrator, granted rights, no access",
        gender="F",
    ),
    Person(
        SOLE_TRADER,
        "Орлов",
        "Денис",
        "Витальевич",
        snils_of(112233454),
        person_inn(5401987654),
        "orlov@ip.example",
        "индивидуальный предприниматель",
        "sole trader (IP)",
    ),
    Person(
        NORMA_HEAD,
        "Захаров",
        "Олег",
        "Николаевич",
        snils_of(112233455),
        person_inn(7708112241),
        "head@sout.example",
        "ООО «ЦГТ «Норма», организация СОУТ № 417: директор",
        "SOUT organization 417: head, imports reports",
    ),
    Person(
        NORMA_EXPERT,
        "Ковалева",
        "Ирина",
        "Сергеевна",
        snils_of(112233456),
        person_inn(7708112242),
        "expert@sout.example",
        "ООО «ЦГТ «Норма»: эксперт, права на импорт отчётов и номера СОУТ",
        "SOUT organization 417: expert with granted rights",
        gender="F",
    ),
    Person(
        EXPERT_TRUD_HEAD,
        "Медведев",
        "Игорь",
        "Павлович",
        snils_of(112233457),
        person_inn(1658112243),
        "head@ets.example",
        "ООО «ЭТС», организация СОУТ № 562, деятельность приостановлена: директор",
        "SOUT organization 562, suspended: head",
    ),
    Person(
        ZMZ_SIGNER,
        "Тимофеев",
        "Илья",
        "Романович",
        snils_of(112233464),
        person_inn(6603112250),
        "timofeev@zmz.example",
        "АО «ЗМЗ»: заместитель главного инженера, подписывает личным сертификатом по доверенности (МЧД)",
        "employer: signs by his personal certificate under a power of attorney (МЧД)",
    ),
    Person(
        UNCONFIRMED,
        "Новиков",
        "Пётр",
        "Ильич",
        snils_of(112233459),
        person_inn(6603112245),
        "novikov@example.test",
        "учётная запись не подтверждена: вход невозможен",
        "unconfirmed account: refused",
        trusted=False,
    ),
    Person(
        BLOCKED,
        "Тихонов",
        "Егор",
        "Львович",
        snils_of(112233460),
        person_inn(6603112246),
        "tihonov@example.test",
        "учётная запись заблокирована: вход невозможен",
        "blocked account: refused",
        blocked=True,
    ),
    *inspectors.PEOPLE,
)

EMPLOYMENTS = (
    Employment(ZMZ_HEAD, ZMZ, "Генеральный директор", chief=True),
    Employment(ZMZ_ADMIN, ZMZ, "Начальник отдела кадров", admin=True),
    Employment(ZMZ_SAFETY, ZMZ, "Специалист по охране труда"),
    Employment(ZMZ_BRANCH_SAFETY, ZMZ, "Специалист по охране труда", branch=ZMZ_BRANCH),
    Employment(ZMZ_NO_RIGHTS, ZMZ, "Токарь"),
    Employment(ZMZ_BLOCKED_THERE, ZMZ, "Заместитель генерального директора", admin=True, blocked=True),
    Employment(ZMZ_SIGNER, ZMZ, "Заместитель главного инженера по охране труда"),
    Employment(TECHNO_HEAD, TECHNO, "Генеральный директор", chief=True),
    Employment(SEVERAL, TECHNO, "Руководитель службы охраны труда", admin=True),
    Employment(SEVERAL, ZMZ, "Консультант по охране труда"),
    Employment(SEVERAL, NORMA, "Методист"),
    Employment(SOLE_TRADER, TRADER, "Индивидуальный предприниматель", chief=True),
    Employment(NORMA_HEAD, NORMA, "Директор", chief=True),
    Employment(NORMA_EXPERT, NORMA, "Эксперт по СОУТ"),
    Employment(EXPERT_TRUD_HEAD, EXPERT_TRUD, "Директор", chief=True),
    Employment(UNCONFIRMED, ZMZ, "Слесарь"),
    Employment(BLOCKED, ZMZ, "Слесарь"),
    *inspectors.EMPLOYMENTS,
)

EVERYDAY_RIGHTS = (
    Right.VIEW_REPORTS,
    Right.VIEW_PROTOCOLS,
    Right.PREPARE_PROTOCOLS,
    Right.VIEW_FLAGS,
    Right.VIEW_DECLARATIONS,
    Right.VIEW_MESSAGES,
)
GRANTS = (
    DemoGrant(ZMZ_SAFETY, ZMZ, EVERYDAY_RIGHTS, "Приказ № 14-ОТ о назначении специалиста по охране труда"),
    DemoGrant(
        ZMZ_BRANCH_SAFETY,
        ZMZ,
        (
            Right.VIEW_REPORTS,
            Right.VIEW_PROTOCOLS,
            Right.SIGN_PROTOCOLS,
            Right.VIEW_FLAGS_BRANCH,
            Right.VIEW_FLAGS,
        ),
        "Приказ № 15-ОТ по филиалу",
        branch=ZMZ_BRANCH,
    ),
    DemoGrant(
        ZMZ_SIGNER, ZMZ, (*EVERYDAY_RIGHTS, Right.SIGN_PROTOCOLS), "Приказ № 16-ОТ о праве подписи протоколов комиссии"
    ),
    DemoGrant(SEVERAL, ZMZ, (Right.VIEW_REPORTS, Right.VIEW_FLAGS), "Договор № 3 об оказании услуг"),
    DemoGrant(NORMA_EXPERT, NORMA, (Right.IMPORT_REPORTS, Right.SOUT_IDS), "Приказ № 2 об экспертах"),
    *inspectors.GRANTS,
)

_LAST = ("Абрамов", "Баранов", "Волков", "Гаврилов", "Дорофеев", "Егоров", "Жданов", "Зуев", "Ильин", "Карпов")
_LAST_MORE = ("Лапин", "Макаров", "Назаров", "Осипов", "Панов", "Рогов", "Савин", "Титов", "Уваров", "Ёлкин")
_FIRST = ("Алексей", "Борис", "Виктор", "Глеб", "Даниил", "Евгений", "Илья", "Константин", "Леонид", "Михаил", "Юрий")
_MIDDLE = ("Андреевич", "Борисович", "Викторович", "Глебович", "Дмитриевич", "Ильич", "Михайлович")
_TRADES = ("Слесарь-ремонтник", "Токарь", "Фрезеровщик", "Литейщик", "Электромонтер", "Кладовщик", "")


def _mass_person(number: int) -> Person:
    lasts = _LAST + _LAST_MORE
    return Person(
        oid=MASS_FIRST + number,
        last_name=lasts[number % len(lasts)],
        first_name=_FIRST[number % len(_FIRST)],
        middle_name=_MIDDLE[number % len(_MIDDLE)],
        snils=snils_of(150000100 + number * 7),
        inn=person_inn(6603200000 + number * 13),
        email=f"worker{number}@zmz.example",
        story="АО «ЗМЗ»: рабочий, доступа ему никто не давал",
    )


@functools.cache
def demo_cast(crowd_size: int = MASS_SIZE) -> Cast:
    """The cast with the plant's workforce, whose names repeat and whose positions are sometimes «Не указано»."""
    crowd = [_mass_person(number) for number in range(crowd_size)]
    employments = [Employment(person.oid, ZMZ, _TRADES[number % len(_TRADES)]) for number, person in enumerate(crowd)]
    return Cast(
        people={person.oid: person for person in (*PEOPLE, *crowd)},
        organizations={organization.oid: organization for organization in ORGANIZATIONS},
        employments=(*EMPLOYMENTS, *employments),
        grants=GRANTS,
    )
