"""The journal: who did what to what, when. Append-only; sealed by a hash chain per organization.

Its functions are looked up when first used: this package is a Django app, and its models cannot be loaded with it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.journal.recording import Line, record, record_many
    from core.journal.subscriptions import reaction

__all__ = ["Line", "reaction", "record", "record_many"]


def __getattr__(name: str) -> Any:
    if name in {"Line", "record", "record_many"}:
        from core.journal import recording

        return getattr(recording, name)
    if name == "reaction":
        from core.journal.subscriptions import reaction

        return reaction
    raise AttributeError(name)
