"""The order of a run in several processes."""

from __future__ import annotations

import pytest


def slow_ones_first(items: list[pytest.Item], processes: int) -> list[pytest.Item]:
    """In an order by which each of several processes begins with its share of the slow tests.

    Each is given a part of the list (`--dist worksteal`), and what has not begun goes from one to another in the end: a slow
    test that begins last is waited for by all.
    """
    if processes < 2:
        return items
    slow = [item for item in items if item.get_closest_marker("slow")]
    rest = [item for item in items if not item.get_closest_marker("slow")]
    ordered: list[pytest.Item] = []
    for process in range(processes):
        size = (len(items) - len(ordered)) // (processes - process)
        share = slow[process::processes]
        taken = max(0, size - len(share))
        ordered += share + rest[:taken]
        del rest[:taken]
    return ordered + rest
