"""The journal: who did what to what, when. Append-only; sealed by a hash chain per organization.

`record` and `reaction` are looked up when first used: this package is a Django app, and its models cannot be loaded with it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.journal.recording import record
    from core.journal.subscriptions import reaction

__all__ = ["reaction", "record"]


def __getattr__(name: str) -> Any:
    if name == "record":
        from core.journal.recording import record

        return record
    if name == "reaction":
        from core.journal.subscriptions import reaction

        return reaction
    raise AttributeError(name)
