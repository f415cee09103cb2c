import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.sout_reports import limits
from violations.rules.sout.classes import CLASSES, RANK, final_candidates

VIBRATION, CLIMATE = 8, 11
factors = st.dictionaries(st.integers(1, 16), st.sampled_from(CLASSES))


@pytest.mark.parametrize(
    ("classes", "allowed"),
    [
        ([], {"2"}),
        (["1"], {"1"}),
        (["2", "2", "2"], {"2"}),
        (["3.1", "3.1"], {"3.1"}),
        (["3.1", "3.1", "3.1"], {"3.2"}),
        (["3.1", "3.1", "3.1", "3.2"], {"3.2"}),
        (["3.2", "3.1"], {"3.2"}),
        (["3.2", "3.2"], {"3.3"}),
        (["3.3", "3.3"], {"3.4"}),
        (["3.4", "3.4"], {"4"}),
        (["3.3", "3.2"], {"3.3", "3.4"}),
        (["3.4", "3.2"], {"3.4", "4"}),
        (["3.4", "3.3"], {"3.4", "4"}),
        (["3.3", "3.2", "3.2"], {"3.3", "3.4"}),
        (["4"], {"4"}),
        (["4", "4"], {"4"}),
        (["4", "3.4", "3.4"], {"4"}),
    ],
)
def test_both_readings_of_the_norm(classes, allowed):
    assert final_candidates(dict(enumerate(classes, 1))) == allowed


@pytest.mark.parametrize(
    ("vibration", "climate", "allowed"),
    [
        ("3.2", "3.2", {"3.3", "3.2"}),  # the combination may be counted in the vibration already
        ("3.1", "3.2", {"3.2"}),
        ("3.2", "3.3", {"3.3", "3.4"}),
        ("2", "3.2", {"3.2"}),
    ],
)
def test_local_vibration_with_microclimate(vibration, climate, allowed):
    assert final_candidates({VIBRATION: vibration, CLIMATE: climate}) == allowed


def test_microclimate_is_left_out_only_beside_harmful_vibration():
    assert final_candidates({VIBRATION: "3.1", CLIMATE: "3.1", 4: "3.1"}) == {"3.2", "3.1"}
    assert final_candidates({VIBRATION: "2", CLIMATE: "3.1", 4: "3.1", 13: "3.1"}) == {"3.2"}


@given(factors)
def test_never_milder_than_the_worst_factor(by_factor):
    worst = max((RANK[name] for name in by_factor.values()), default=RANK["2"])
    assert all(worst <= RANK[name] <= worst + 1 for name in final_candidates(by_factor))


@given(factors)
def test_the_generator_counts_one_of_the_readings(by_factor):
    """Counted independently there: by two factors of the same sub-class."""
    assert limits.final_class(by_factor) in final_candidates(by_factor)
