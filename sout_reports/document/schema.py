"""The schema of a report, compiled once, with the words it lacks.

Spine: the elements through which a report is streamed; every other child of theirs is a record of its own (a workplace, a
protocol, a row), small enough to be held.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from core.xml import RecordSchema, Wording

PATH = Path(__file__).resolve().parent.parent / "schemas" / "sout_report.xsd"

REPORT = "/Attestation"
ENTERPRISE = f"{REPORT}/Enterprise"
EXTENSION = f"{REPORT}/Extension"
PROTOCOLS = f"{EXTENSION}/MeasurementProtocols"
CONCLUSIONS = f"{EXTENSION}/ExpertConclusions"
SUMMARY = f"{EXTENSION}/SummarySheet"
SUMMARY_TABLE_2 = f"{SUMMARY}/Table2"
ACTION_PLAN = f"{EXTENSION}/ActionPlan"
SPINE = (REPORT, ENTERPRISE, EXTENSION, PROTOCOLS, CONCLUSIONS, SUMMARY, SUMMARY_TABLE_2, ACTION_PLAN)

# What the patterns of the schema's simple types ask for. A type without a line here is told by its documentation.
PATTERNS = {
    "SchemeVersionType": "версия формата: 1.0, 1.0.1 … 1.0.24",
    "OgrnType": "13 цифр (ОГРН), 15 цифр (ОГРНИП) или слово «Отсутствует»",
    "InnType": "10 цифр (организация) или 12 цифр (предприниматель)",
    "KppType": "9 цифр",
    "OkpoType": "8 или 10 цифр",
    "OkoguType": "5 или 7 цифр либо слово «Отсутствует»",
    "OkatoType": "2, 5, 8 или 11 цифр",
    "OktmoType": "8 или 11 цифр",
    "OkvedCodeType": "код вида NN, NN.N или NN.NN.NN",
    "ProfessionCodeType": "5 цифр (ОК 016-94), 6 цифр (ОК 016-2025) или слово «Отсутствует»",
    "Facet11Type": "число от 01 до 25",
    "OccupationalDiseaseCodeType": "раздел от 01 до 14 и не больше трёх уровней по две цифры через точку",
    "FundNumberType": "номер вида NNNNN-ГГ или слова «Не сертифицируется»",
    "SnilsType": "СНИЛС вида NNN-NNN-NNN NN или слово «отсутствует»",
    "ByteCodeType": "код из одной или двух цифр",
    "ClassifierCodeType": "код по классификатору: N, N.N или N.N.N, где первая цифра от 1 до 5",
    "RegionCodeType": "код субъекта Российской Федерации: две цифры",
    "SpecificityCodeType": "код отраслевой особенности: число от 1 до 99",
    "AccreditationScopeCodeType": "код раздела области аккредитации: одна или две цифры",
    "ComfortScoreType": "оценка от 1 до 5",
    "UnscheduledReasonType": "пункт части 1 статьи 17 Федерального закона № 426-ФЗ: от 1 до 7",
    "GuidType": "GUID вида xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
}


@lru_cache(maxsize=1)
def report_schema() -> RecordSchema:
    """`schemas/sout_report.xsd`, ready for streaming."""
    return RecordSchema(PATH, SPINE, Wording(patterns=PATTERNS, private=frozenset({"SnilsType"})))
