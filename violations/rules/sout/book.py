"""The book of the СОУТ report. Theme modules register their rules here; `violations.rules.sout` loads them all."""

from __future__ import annotations

from violations.rules.rulebook import Rulebook

# The order of the catalogue, in which findings are shown.
FAMILIES = ("FMT", "ORG", "EXP", "ID", "EMP", "COM", "UNIQ", "SNILS", "WP", "ANA", "CLS", "PRT", "SVD", "TRM")

# A number that stands for two workplaces says nothing certain about either: these families are silent about it.
SILENT_FOR_REPEATED_NUMBER = frozenset({"CLS", "PRT", "SVD", "IDN"})

book = Rulebook("sout", version="2026.11.1", families=FAMILIES)
rule = book.rule
