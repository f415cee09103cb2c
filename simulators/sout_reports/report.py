"""A whole report: one pass over the plan, each place into the parts of the file where it stands."""

from __future__ import annotations

from collections import Counter
from typing import BinaryIO

from lxml import etree

from simulators.sout_reports import extension
from simulators.sout_reports.cards import write_attested, write_declared, write_similar
from simulators.sout_reports.front import write_employer, write_front
from simulators.sout_reports.markup import Markup, TextMarkup, TreeMarkup
from simulators.sout_reports.parties import ReportSpec
from simulators.sout_reports.plan import Place, Plan, Unit, chance

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
NOT_ASSESSED_AT_MOST = 12


def write_report(stream: BinaryIO, spec: ReportSpec) -> None:
    """Write the report of a spec as UTF-8 XML, workplace by workplace: memory does not grow with its size."""
    stream.write(DECLARATION)
    markup = TextMarkup(stream)
    _Writer(markup, spec).write()
    markup.flush()


def build_report(spec: ReportSpec) -> etree._Element:
    """The same report as a tree, for small ones that are to be changed."""
    markup = TreeMarkup()
    _Writer(markup, spec).write()
    return markup.root()


class _Writer:
    """One writing of one report. The schema wants places by kind, then all details, all protocols, all rows."""

    def __init__(self, xml: Markup, spec: ReportSpec) -> None:
        self.xml = xml
        self.spec = spec
        self.counted: extension.SumByClass = Counter()
        self.unit_ids: dict[str, str] = {}
        self.declared = xml.section()
        self.groups = xml.section()
        self.similar = xml.section()
        self.attested = xml.section()
        self.details = xml.section()
        self.protocols = xml.section()
        self.rows = xml.section()
        self.measures = xml.section()

    def write(self) -> None:
        plan = Plan(self.spec)
        for unit in plan.units():
            self._add_unit(unit)
            for place in plan.places(unit):
                self._add_place(place)
        extra = chance(self.spec.seed).randint(0, NOT_ASSESSED_AT_MOST)
        self.xml.open("Attestation")
        write_front(self.xml, self.spec, self.spec.workplaces + extra)
        self.xml.open("Enterprise")
        write_employer(self.xml, self.spec.employer, list(self.unit_ids))
        for section in (self.declared, self.groups, self.similar, self.attested):
            self.xml.include(section)
        self.xml.close("Enterprise")
        self._write_extension(extra)
        self.xml.close("Attestation")

    def _add_unit(self, unit: Unit) -> None:
        self.unit_ids.setdefault(unit.template.unit, f"U{len(self.unit_ids) + 1}")
        if unit.is_group:
            self.groups.open("SimilarWorkPlacesGroup")
            for number in unit.numbers:
                self.groups.leaf("WorkPlaceId", number)
            self.groups.close("SimilarWorkPlacesGroup")

    def _add_place(self, place: Place) -> None:
        unit_id = self.unit_ids[place.template.unit]
        if place.unit.is_declared:
            write_declared(self.declared, self.spec, place, unit_id)
        elif place.is_measured:
            write_attested(self.attested, self.spec, place, unit_id)
            extension.write_measures(self.measures, place)
            for assessment in place.assessments:
                occasion = place.occasions[assessment.number]
                extension.write_protocol(self.protocols, self.spec, place, assessment, occasion)
        else:
            write_similar(self.similar, place, unit_id)
        extension.write_details(self.details, self.spec, place)
        extension.write_row(self.rows, place)
        for row, people in place.counts.items():
            self.counted[row, place.effective] += people

    def _write_extension(self, extra: int) -> None:
        xml = self.xml
        xml.open("Extension", Version="1.0")
        extension.write_report_info(xml, self.spec)
        xml.include(self.details)
        # the schema wants one protocol at least where it has this element
        has_protocols = not self.protocols.is_empty
        if has_protocols:
            xml.open("MeasurementProtocols")
        xml.include(self.protocols)
        if has_protocols:
            xml.close("MeasurementProtocols")
        extension.write_conclusions(xml, self.spec)
        xml.open("SummarySheet")
        xml.leaf("Date", str(self.spec.timeline.summarized))
        extension.write_table_1(xml, self.counted, extra)
        xml.open("Table2")
        xml.include(self.rows)
        xml.close("Table2")
        xml.close("SummarySheet")
        xml.open("ActionPlan")
        xml.leaf("Date", str(self.spec.timeline.summarized))
        xml.include(self.measures)
        xml.close("ActionPlan")
        xml.close("Extension")
