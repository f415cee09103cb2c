"""Exact lines of a report's elements, looked up by path after reading: see `core.xml.lines`."""

from core.xml.lines import lines_of

__all__ = ["lines_of"]
