"""200 generated reports of all kinds and many sizes: no rule says a word."""

import pytest

from simulators.sout_reports import sample_spec
from tests.violations.rules.reports import check, generated, registers

REPORTS = 200
LEAST, MOST = 3, 40
BATCHES = 10


def specs(batch):
    for seed in range(batch, REPORTS, BATCHES):
        kind = ("office", "plant", "clinic")[seed % 3]
        yield sample_spec(kind, workplaces=LEAST + seed * 7 % (MOST - LEAST + 1), seed=seed, first_number=1 + seed * 50)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_clean_reports_are_silent(batch):
    for spec in specs(batch):
        outcome = check(generated(spec), registers(spec))
        assert (outcome.findings, outcome.blocked) == ([], []), f"{spec.kind}, seed {spec.seed}"
