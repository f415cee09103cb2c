"""Files: stored under opaque names, with digest, size and owner.

The names are looked up when first used: this package is a Django app, and its models cannot be loaded with it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.files.storing import open_file, store

__all__ = ["open_file", "store"]


def __getattr__(name: str) -> Any:
    if name in {"open_file", "store"}:
        from core.files import storing

        return getattr(storing, name)
    raise AttributeError(name)
