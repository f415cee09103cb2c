import pytest, time_machine
from django.utils import timezone
from tests.test_permissions import TABLE, judged, methods
from tests.matrix import cells, make_matrix
pytestmark = pytest.mark.django_db
NAMES = ["violations:flag_answer", "registries:registers", "registries:sout_organizations", "registries:register_import", "violations:inspect_confirm", "violations:inspect_ask", "violations:sent_message", "violations:supervised_organization", "violations:flag"]
def test_it(settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    table = {n: TABLE[n] for n in NAMES}
    places = make_matrix(TABLE)
    every = list(cells(table, methods()))
    with time_machine.travel(timezone.now(), tick=False):
        wrong = [f"{cell}: {trouble}" for cell in every if (trouble := judged(places, cell))]
    assert not wrong, f"{len(wrong)} of {len(every)}:\n" + "\n".join(wrong[:200])
    print(len(every))
