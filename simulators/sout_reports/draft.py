"""A small generated report as a tree, with the handles by which tests and demo data change it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from lxml import etree

from simulators.sout_reports.limits import CLASSES
from simulators.sout_reports.parties import ReportSpec, Timeline
from simulators.sout_reports.report import build_report

PLACES = ("WorkPlaceDeclared", "WorkPlaceImpossibleMeasurements", "SimilarWorkPlace", "WorkPlaceAttested")
ROW_OF_PEOPLE = {
    "Workers": "WorkersQuantity",
    "Women": "WomansQuantity",
    "Teenagers": "TeenagersQuantity",
    "Disabled": "InvalidsQuantity",
}
# What a card and an analogous place have in common, in the order of the schema.
OF_SIMILAR = (
    "Id",
    "WorkPlaceDeclared",
    "Position",
    "SubUnit",
    *ROW_OF_PEOPLE.values(),
    "WorkingConditions",
    "WorkingConditionsPPE",
    "Snils",
)
BY_KIND = {"WorkPlaceDeclared": "2", "WorkPlaceImpossibleMeasurements": "4"}


class Draft:
    """The tree of a report and its spec. Raises LookupError where the report does not hold what is asked for."""

    def __init__(self, spec: ReportSpec) -> None:
        self.spec = spec
        self.root = build_report(spec)

    @property
    def timeline(self) -> Timeline:
        return self.spec.timeline

    def to_bytes(self) -> bytes:
        etree.indent(self.root, " ")
        content: bytes = etree.tostring(self.root, encoding="UTF-8", xml_declaration=True)
        return content + b"\n"

    def one(self, path: str, within: etree._Element | None = None) -> etree._Element:
        """The first element at a path below the root or below another element."""
        found = (self.root if within is None else within).find(path)
        if found is None:
            raise LookupError(f"the report has no {path}")
        return found

    def text(self, path: str, text: object) -> None:
        """Set the text of the first element at a path."""
        self.one(path).text = str(text)

    def drop(self, path: str) -> None:
        """Remove the first element at a path."""
        remove(self.one(path))

    def places(self, *kinds: str) -> list[etree._Element]:
        """The workplaces of the kinds given (of all without any), in file order."""
        return [element for element in self.one("Enterprise") if element.tag in (kinds or PLACES)]

    def card(self, *factors: str) -> etree._Element:
        """The first measured workplace that is in no group and has all these factors."""
        grouped = {element.text for element in self.root.iterfind("Enterprise/SimilarWorkPlacesGroup/WorkPlaceId")}
        for place in self.places("WorkPlaceAttested"):
            if place.findtext("Id") not in grouped and all(
                place.find(f"Factors/{name}") is not None for name in factors
            ):
                return place
        raise LookupError(f"no measured workplace with {', '.join(factors)}")

    def details(self, place: etree._Element) -> etree._Element:
        """WorkPlaceDetails of a workplace."""
        return self.one(f"Extension/WorkPlaceDetails[@WorkPlaceId='{place.findtext('Id')}']")

    def protocol(self, place: etree._Element, factor: str) -> etree._Element:
        """The Extension's protocol that a factor of a card refers to."""
        number = place.findtext(f"Factors/{factor}/Protocol/Number")
        for protocol in self.root.iter("MeasurementProtocol"):
            if protocol.findtext("Number") == number:
                return protocol
        raise LookupError(f"no protocol {number}")

    def renumber(self, place: etree._Element, number: str) -> None:
        """Give a workplace another number everywhere but in groups; its card keeps its own."""
        old = place.findtext("Id")
        self.one("Id", place).text = number
        for element in self.one("Extension").iter("WorkPlaceId", "WorkPlaceDetails", "Row"):
            if element.tag == "WorkPlaceId" and element.text == old:
                element.text = number
            if element.get("WorkPlaceId") == old:
                element.set("WorkPlaceId", number)

    def set_previous(self, place: etree._Element, number: str, approved: date) -> None:
        """State a previous assessment of a workplace: its number then and its approval date."""
        details = self.details(place)
        for name in ("PreviousNumber", "PreviousWorkingConditions", "PreviousApprovalDate"):
            for element in details.findall(name):
                details.remove(element)
        after = self.one("CardGuid", details)
        for name, text in (
            ("PreviousApprovalDate", str(approved)),
            ("PreviousWorkingConditions", place.findtext("WorkingConditions") or "2"),
            ("PreviousNumber", number),
        ):
            element = etree.Element(name)
            element.text = text
            after.addnext(element)

    def set_class(self, place: etree._Element, factor: str, conditions: str) -> None:
        """Change the class of a factor on its card and in its protocol."""
        self.one(f"Factors/{factor}/WorkingConditions", place).text = conditions
        protocol = self.protocol(place, factor)
        self.one("WorkingConditions", protocol).text = conditions
        for point in protocol.findall("Point/WorkingConditions"):
            point.text = conditions

    def set_final_class(self, place: etree._Element, conditions: str) -> None:
        """Change the final class on a card and in the summary sheet."""
        self.one("WorkingConditions", place).text = conditions
        self.one(f"Extension/SummarySheet/Table2/Row[@WorkPlaceId='{place.findtext('Id')}']").set("Final", conditions)
        self.recount()

    def measured_on(self, place: etree._Element, factor: str, day: date) -> None:
        """Move the measuring of a factor to another day, with its protocol a week later."""
        element = self.one(f"Factors/{factor}", place)
        protocol = self.protocol(place, factor)
        for dated in element.iter("Date"):
            parent = dated.getparent()
            is_protocol = parent is not None and parent.tag == "Protocol"
            dated.text = str(day + timedelta(days=7) if is_protocol else day)
        self.one("MeasurementDate", protocol).text = str(day)
        self.one("Date", protocol).text = str(day + timedelta(days=7))

    def recount(self) -> None:
        """Bring table 1 and the counts of workplaces to what the workplaces say; the unassessed stay as many."""
        places = self.places()
        old = int(self.one("WorkPlacesAttested").text or 0)
        extra = int(self.one("WorkPlacesQuantity").text or 0) - old
        counted: Counter[tuple[str, str]] = Counter()
        for place in places:
            final = place.findtext("WorkingConditionsPPE") or place.findtext("WorkingConditions")
            conditions = final or BY_KIND[str(place.tag)]
            counted["WorkPlaces", conditions] += 1
            for people, element in ROW_OF_PEOPLE.items():
                counted[people, conditions] += int(place.findtext(element) or 0)
        for row in self.root.iterfind("Extension/SummarySheet/Table1/Row"):
            kind = row.get("Kind", "")
            assessed = sum(counted[kind, name] for name in CLASSES)
            unassessed = int(row.get("Total", 0)) - int(row.get("Assessed", 0))
            row.set("Assessed", str(assessed))
            row.set("Total", str(assessed + unassessed))
            for name in CLASSES:
                row.set(f"Class{name.replace('.', '')}", str(counted[kind, name]))
        self.text("WorkPlacesAttested", len(places))
        self.text("WorkPlacesQuantity", len(places) + extra)

    def make_similar(self, place: etree._Element) -> None:
        """Turn a measured place of a group into one to which results are spread: no card, no protocols."""
        number = place.findtext("Id")
        for protocol in list(self.root.iter("MeasurementProtocol")):
            if protocol.findtext("WorkPlaceId") == number:
                remove(protocol)
        for element in self.details(place).findall("CardExpert"):
            remove(element)
        for item in list(self.one("Extension/ActionPlan").iterfind("Item")):
            if item.findtext("WorkPlaceId") == number:
                remove(item)
        similar = etree.Element("SimilarWorkPlace")
        for name in OF_SIMILAR:
            similar.extend(place.findall(name))
        self.places("WorkPlaceAttested")[0].addprevious(similar)
        remove(place)

    def slim(self) -> None:
        """Leave out what the schema does not require and no rule reads: for a small museum piece."""
        used = {element.get("Id") for element in self.root.iter("MeasuringTool", "Tool")}
        applied = {element.get("Id") for element in self.one("Enterprise").iter("MeasuringTool")}
        for tool in list(self.one("AttestationOrganization/Laboratory").iterfind("MeasuringTool")):
            if tool.get("Id") in used - applied:
                remove(tool)
        for name in ("AccreditationScope", "Recommendations", "ActionPlan/Item/EngagedUnits"):
            for element in self.root.findall(f".//{name}"):
                remove(element)
        for place in self.places("WorkPlaceDeclared"):
            for name in ("ETKS_EKS_Issue", "RawMaterials", "Equipment", "Reason", "Compensations"):
                for element in place.findall(name):
                    remove(element)


def remove(element: etree._Element) -> None:
    """Take an element out of its parent."""
    parent = element.getparent()
    if parent is None:
        raise LookupError("the root cannot be removed")
    parent.remove(element)
