"""Several processes begin with the slow tests, and no test is lost or run twice."""

from dataclasses import dataclass

import pytest

from tests.order import slow_ones_first


@dataclass(frozen=True)
class Item:
    number: int
    slow: bool

    def get_closest_marker(self, name: str) -> bool:
        return self.slow and name == "slow"


def numbers(items: list[Item]) -> list[int]:
    return [item.number for item in items]


def test_each_of_two_processes_begins_with_its_share():
    items = [Item(number, slow=number >= 6) for number in range(10)]
    assert numbers(slow_ones_first(items, 2)) == [6, 8, 0, 1, 2, 7, 9, 3, 4, 5]


def test_one_process_keeps_the_order():
    items = [Item(number, slow=number % 2 == 1) for number in range(5)]
    assert slow_ones_first(items, 1) == items


@pytest.mark.parametrize("processes", [2, 3, 4])
@pytest.mark.parametrize("slow", [0, 1, 5, 11])
@pytest.mark.parametrize("count", [0, 1, 3, 11])
def test_every_test_is_run_once(count, slow, processes):
    items = [Item(number, slow=number < slow) for number in range(count)]
    assert sorted(numbers(slow_ones_first(items, processes))) == list(range(count))
