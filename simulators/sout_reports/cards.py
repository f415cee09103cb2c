"""The workplaces themselves: declared, analogous and measured ones with their cards."""

from __future__ import annotations

from simulators.sout_reports import limits
from simulators.sout_reports.catalogue import CLASSIFIER
from simulators.sout_reports.markup import Markup
from simulators.sout_reports.parties import ReportSpec
from simulators.sout_reports.plan import Place

NONE = "отсутствует"
# Factor → what the plan of measures advises against it, and to what end.
ADVICE = {
    1: ("Обеспечить эффективность местной вытяжной вентиляции", "Снижение концентрации вредных веществ"),
    2: ("Организовать вакцинацию и применение СИЗ", "Снижение воздействия биологического фактора"),
    3: ("Установить местные отсосы пыли", "Снижение запыленности"),
    4: ("Применять СИЗ органа слуха, звукоизолирующие кожухи", "Снижение воздействия шума"),
    7: ("Заменить амортизаторы сиденья", "Снижение вибрации"),
    8: ("Заменить инструмент на виброзащищенный", "Снижение вибрации"),
    9: ("Оградить сварочный пост экранами", "Снижение УФ-излучения"),
    10: ("Сократить время пребывания в зоне излучения", "Снижение дозы"),
    11: ("Организовать перерывы и обдув", "Нормализация микроклимата"),
    12: ("Заменить светильники, увеличить освещенность", "Доведение освещенности до нормы"),
    13: ("Организовать рациональные режимы труда и отдыха", "Снижение тяжести"),
    14: ("Организовать регламентированные перерывы", "Снижение напряженности"),
}
MILK_ACT = "приказ Минтруда России от 12.05.2022 № 291н"
PENSION_ACT = "ст. 30 Федерального закона от 28.12.2013 № 400-ФЗ"
MEDICAL_ACT = "приказ Минздрава России от 28.01.2021 № 29н"


def advice(place: Place, engaged: str) -> list[tuple[str, str, str, str]]:
    """Measure, purpose, due date and engaged units for each harmful factor of a place."""
    harmful = [item.number for item in place.assessments if limits.is_harmful(item.conditions)]
    return [(*ADVICE[number], "31.12.2027", engaged) for number in sorted(harmful)]


def guarantees(place: Place) -> list[tuple[str, str]]:
    """The seven guarantees of line 040 with the ground of each; "" where it need not be established."""
    template, final = place.template, place.effective
    by_factor = {item.number: item.conditions for item in place.assessments}
    milk = any(limits.is_harmful(by_factor.get(number, "1")) for number in (1, 10))
    harmful = any(map(limits.is_harmful, by_factor.values()))
    shorter = "ст. 92 ТК РФ" if limits.is_harmful(final, "3.3") else template.shorter_time
    pension = f"{PENSION_ACT}, {template.pension}" if template.pension and limits.is_harmful(final) else ""
    return [
        ("PayIncrease", "ст. 147 ТК РФ" if limits.is_harmful(final) else ""),
        ("CompensatoryLeave", "ст. 117 ТК РФ" if limits.is_harmful(final, "3.2") else ""),
        ("HalfDay", shorter),
        ("Milk", MILK_ACT if milk else ""),
        ("DieteticTherapy", ""),
        ("EarlyRetirement", pension),
        ("MedicalInspection", MEDICAL_ACT if harmful or template.shorter_time else ""),
    ]


def write_declared(xml: Markup, spec: ReportSpec, place: Place, unit_id: str) -> None:
    """A place where no harmful factor is identified; since 2016 it has a card too."""
    template = place.template
    xml.open("WorkPlaceDeclared")
    xml.leaf("SOUTCardNumber", place.card_number)
    xml.leaf("SheetDate", str(spec.timeline.cards))
    xml.leaf("Id", place.number)
    xml.leaf("Position", template.position)
    xml.leaf("SubUnit", template.unit, Id=unit_id)
    _write_profession(xml, spec, template.code)
    xml.leaf("ETKS_EKS_Issue", template.issue)
    _write_counts(xml, place)
    xml.leaf("RawMaterials", template.materials)
    xml.leaf("Equipment", template.equipment)
    xml.leaf("Expert", Id="E1")
    xml.leaf("ExpertConclusion", f"Заключение эксперта № {spec.sout_id}-И от {spec.timeline.identified:%d.%m.%Y}")
    xml.leaf("Reason", "Факторы рабочего места не совпадают с факторами классификатора")
    _write_snils(xml, place)
    _write_guarantees(xml, place)
    xml.close("WorkPlaceDeclared")


def write_similar(xml: Markup, place: Place, unit_id: str) -> None:
    """An analogous place to which the results of its group are spread."""
    xml.open("SimilarWorkPlace")
    xml.leaf("Id", place.number)
    if place.in_declaration:
        xml.leaf("WorkPlaceDeclared", 1)
    xml.leaf("Position", place.template.position)
    xml.leaf("SubUnit", place.template.unit, Id=unit_id)
    _write_counts(xml, place)
    _write_final_class(xml, place)
    _write_snils(xml, place)
    xml.close("SimilarWorkPlace")


def write_attested(xml: Markup, spec: ReportSpec, place: Place, unit_id: str) -> None:
    """A measured place with its card."""
    template = place.template
    xml.open("WorkPlaceAttested")
    xml.leaf("SOUTCardNumber", place.card_number)
    xml.leaf("SheetDate", str(spec.timeline.cards))
    xml.leaf("Id", place.number)
    if place.in_declaration:
        xml.leaf("WorkPlaceDeclared", 1)
    xml.leaf("Position", template.position)
    _write_profession(xml, spec, template.code)
    xml.leaf("ETKS_EKS_Issue", template.issue)
    xml.leaf("SubUnit", template.unit, Id=unit_id)
    _write_counts(xml, place)
    xml.leaf("RawMaterials", template.materials)
    xml.leaf("Equipment", template.equipment)
    _write_final_class(xml, place)
    _write_snils(xml, place)
    _write_recommendations(xml, place)
    _write_guarantees(xml, place)
    xml.leaf("Expert", Id="E1")
    if place.final_ppe:
        _write_protection(xml, spec, place)
    xml.open("Factors")
    for assessment in place.assessments:
        assessment.write(xml, place.occasions[assessment.number], assessment)
    xml.close("Factors")
    xml.close("WorkPlaceAttested")


def _write_profession(xml: Markup, spec: ReportSpec, code: str) -> None:
    if not code.isdigit():
        xml.leaf("Profession", code)
        return
    classifier = CLASSIFIER[spec.kind]
    # six digits in the classifier of 2025; which ones they are is illustrative
    xml.leaf("Profession", code + "0" if classifier == "ОК 016-2025" else code, Classifier=classifier)


def _write_counts(xml: Markup, place: Place) -> None:
    counts = place.counts
    xml.leaf("WorkersQuantity", counts["Workers"])
    xml.leaf("WomansQuantity", counts["Women"])
    xml.leaf("TeenagersQuantity", counts["Teenagers"])
    xml.leaf("InvalidsQuantity", counts["Disabled"])


def _write_final_class(xml: Markup, place: Place) -> None:
    xml.leaf("WorkingConditions", place.final)
    if place.final_ppe:
        xml.leaf("WorkingConditionsPPE", place.final_ppe)


def _write_snils(xml: Markup, place: Place) -> None:
    for worker in place.workers:
        xml.leaf("Snils", worker.snils)


def _write_recommendations(xml: Markup, place: Place) -> None:
    xml.open("Recommendations")
    xml.open("WorkingConditionsImprovement")
    for name, purpose, due, engaged in advice(place, place.template.unit):
        xml.open("Arrangement")
        xml.leaf("Name", name)
        xml.leaf("Purpose", purpose)
        xml.leaf("DueDate", due)
        xml.leaf("EngagedUnits", engaged)
        xml.close("Arrangement")
    xml.close("WorkingConditionsImprovement")
    xml.leaf("OperatingMode", "По правилам внутреннего трудового распорядка")
    minors = "нет" if limits.is_harmful(place.effective) else "да"
    xml.leaf("StaffRecruitment", f"Труд женщин: да; лиц до 18 лет: {minors}; инвалидов: с учетом ИПРА")
    xml.close("Recommendations")


def _write_guarantees(xml: Markup, place: Place) -> None:
    xml.open("Compensations")
    for name, ground in guarantees(place):
        xml.open(name)
        xml.leaf("ActualAvailability", int(bool(ground)))
        xml.leaf("NeedToEstablish", int(bool(ground)))
        xml.leaf("Reason", ground or NONE)
        xml.close(name)
    xml.close("Compensations")


def _write_protection(xml: Markup, spec: ReportSpec, place: Place) -> None:
    xml.open("PersonalProtectiveEquipment")
    xml.leaf("PersonalProtectiveEquipmentProtocol", f"{place.number}-СИЗ/{spec.sout_id}")
    xml.leaf("PPEEfficiencyInvestigationDate", str(spec.timeline.protection_assessed))
    xml.leaf("PPEExpert", spec.organization.experts[0].number)
    xml.close("PersonalProtectiveEquipment")
