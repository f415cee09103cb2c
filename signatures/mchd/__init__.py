"""Machine-readable powers of attorney (МЧД, form EMCHD_1): reading, checking and writing; no Django, no database.

The schema beside is this project's own subset of the form, written from its published field names; the official schema
of ГНИВЦ (ON_EMCHD_1_928_00_01_01_01.xsd) was not at hand.  What lies outside of the subset (foreign principals,
representatives that are organizations, передоверие) is refused plainly, never half understood.
"""

from signatures.mchd.checking import PowerReport, check_paper, check_power
from signatures.mchd.power import Power
from signatures.mchd.reading import read_power
from signatures.mchd.verdicts import PowerVerdict

__all__ = ["Power", "PowerReport", "PowerVerdict", "check_paper", "check_power", "read_power"]
