"""Long work as rows: the row is the truth, the broker's message only a hint.

The names are looked up when first used: this package is a Django app, and its models cannot be loaded with it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.jobs.registry import job
    from core.jobs.run import JobRefused, Run
    from core.jobs.sending import enqueue

__all__ = ["JobRefused", "Run", "enqueue", "job"]


def __getattr__(name: str) -> Any:
    if name in {"JobRefused", "Run"}:
        from core.jobs import run

        return getattr(run, name)
    if name == "enqueue":
        from core.jobs.sending import enqueue

        return enqueue
    if name == "job":
        from core.jobs.registry import job

        return job
    raise AttributeError(name)
