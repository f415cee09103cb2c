import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.identifiers import (
    format_snils,
    inn_check_digits,
    inn_problem,
    kpp_problem,
    mask_snils,
    normalize_snils,
    ogrn_check_digit,
    ogrn_problem,
    snils_check_digits,
    snils_problem,
)

digits = st.text(alphabet="0123456789", min_size=1)
# Sums of 100, 101, 102, 201 and 202 are where formulas go wrong.
RIGHT_SNILS = (
    "11223344595",
    "08765430300",
    "15000000756",
    "00101999700",
    "00102988800",
    "00102998601",
    "00299998900",
    "00399898700",
)


def numbers(length: int) -> st.SearchStrategy[str]:
    return st.integers(1, 10**length - 1).map(lambda number: f"{number:0{length}d}")


@pytest.mark.parametrize("snils", RIGHT_SNILS)
def test_snils_with_right_check_digits(snils):
    assert snils_problem(snils) == ""
    assert snils_problem(format_snils(snils)) == ""


@pytest.mark.parametrize("snils", RIGHT_SNILS)
def test_snils_with_another_last_digit(snils):
    assert snils_problem(snils[:-1] + str((int(snils[-1]) + 1) % 10)) == "Контрольное число СНИЛС неверно."


@pytest.mark.parametrize("tail", ["00", "64", "99"])
def test_early_snils_have_no_check_digits(tail):
    assert snils_problem(f"001-001-998 {tail}") == ""


def test_the_first_checked_snils():
    assert snils_problem("001-001-999 64") != ""


@pytest.mark.parametrize("text", ["", "1122334459", "112233445951", "112-233-44O 95", "١١٢٢٣٣٤٤٥٩٥"])
def test_snils_of_another_shape(text):
    assert snils_problem(text) == "СНИЛС состоит из 11 цифр."


@given(st.integers(1_001_999, 999_999_999))
def test_any_number_gets_two_digits_that_hold(number):
    nine = f"{number:09d}"
    assert snils_problem(nine + snils_check_digits(nine)) == ""


@given(st.integers(1_001_999, 999_999_999), st.integers(0, 7))
def test_two_neighbours_swapped_are_told(number, place):
    nine = f"{number:09d}"
    swapped = nine[:place] + nine[place + 1] + nine[place] + nine[place + 2 :]
    if swapped == nine or int(swapped) <= 1_001_998:
        return
    # 100 and 101 both read «00»: a swap that leads from one to the other cannot be seen
    if snils_check_digits(nine) == snils_check_digits(swapped) == "00":
        return
    assert snils_problem(swapped + snils_check_digits(nine)) != ""


@pytest.mark.parametrize(
    "text", ["112-233-445 95", "112 233 445 95", " 112-233-445-95 ", "112–233—445 95", "112-233-445\u00a095"]
)
def test_snils_written_in_many_ways(text):
    assert normalize_snils(text) == "11223344595"
    assert format_snils(text) == "112-233-445 95"


def test_mask_leaves_three_digits():
    assert mask_snils("112-233-446 49") == "***-***-**6 49"
    assert mask_snils("11223344649") == "***-***-**6 49"


@given(st.text(max_size=30))
def test_mask_hides_whatever_it_gets(text):
    assert sum(sign.isdigit() for sign in mask_snils(text)) in (0, 3)


@pytest.mark.parametrize("inn", ["7707083893", "7736050003", "500100732259"])
def test_right_inn(inn):
    assert inn_problem(inn) == ""


@pytest.mark.parametrize(
    ("inn", "problem"),
    [
        ("7707083894", "Контрольное число ИНН неверно."),
        ("500100732258", "Контрольное число ИНН неверно."),
        ("500100732249", "Контрольное число ИНН неверно."),
        ("0000000000", "ИНН не может состоять из одних нулей."),
        ("000000000000", "ИНН не может состоять из одних нулей."),
        ("77070838930", "ИНН состоит из 10 цифр (организация) или 12 цифр (физическое лицо)."),
        ("", "ИНН состоит из 10 цифр (организация) или 12 цифр (физическое лицо)."),
        ("77O7083893", "ИНН состоит из 10 цифр (организация) или 12 цифр (физическое лицо)."),
    ],
)
def test_wrong_inn(inn, problem):
    assert inn_problem(inn) == problem


@given(numbers(9))
def test_inn_of_an_organization_has_one_right_last_digit(nine):
    right = [digit for digit in "0123456789" if inn_problem(nine + digit) == ""]
    assert right == [inn_check_digits(nine + "0")]


@given(numbers(10))
def test_inn_of_a_person_has_one_right_pair_of_digits(ten):
    assert inn_problem(ten + inn_check_digits(ten + "00")) == ""


@pytest.mark.parametrize("ogrn", ["1027700132195", "1037739877295", "304500116000157"])
def test_right_ogrn(ogrn):
    assert ogrn_problem(ogrn) == ""


@pytest.mark.parametrize(
    ("ogrn", "problem"),
    [
        ("1027700132194", "Контрольное число ОГРН неверно."),
        ("304500116000158", "Контрольное число ОГРНИП неверно."),
        ("0000000000000", "ОГРН не может состоять из одних нулей."),
        ("10277001321955", "ОГРН состоит из 13 цифр, ОГРНИП — из 15."),
        ("Отсутствует", "ОГРН состоит из 13 цифр, ОГРНИП — из 15."),
    ],
)
def test_wrong_ogrn(ogrn, problem):
    assert ogrn_problem(ogrn) == problem


def test_ogrn_may_be_absent_where_the_form_allows_it():
    assert ogrn_problem("Отсутствует", may_be_absent=True) == ""
    assert ogrn_problem("отсутствует", may_be_absent=True) != ""


@given(st.sampled_from([12, 14]).flatmap(numbers))
def test_ogrn_has_one_right_last_digit(head):
    right = [digit for digit in "0123456789" if ogrn_problem(head + digit) == ""]
    assert right == [ogrn_check_digit(head + "0")]


@pytest.mark.parametrize("kpp", ["770701001", "7707AZ001"])
def test_right_kpp(kpp):
    assert kpp_problem(kpp) == ""


@pytest.mark.parametrize("kpp", ["77070100", "7707010011", "7707az001", "77A701001", ""])
def test_wrong_kpp(kpp):
    assert kpp_problem(kpp).startswith("КПП состоит из 9 знаков")


@given(st.text(max_size=20) | digits)
def test_no_text_breaks_the_checks(text):
    for problem in (snils_problem, inn_problem, ogrn_problem, kpp_problem):
        assert problem(text) == "" or problem(text).endswith(".")
