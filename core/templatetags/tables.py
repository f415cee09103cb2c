"""Tables. A cell takes its label and alignment from the column in its place, so a page writes neither twice.

`datatable`, `row` and the cells are nested tags that talk through a `Grid` kept in the template context.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.template.library import parse_bits
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.templatetags.closed import ComponentError, one_of, part_of, required

ROW_TONES = ("plain", "careful", "stop", "quiet")
SORTED = (None, "ascending", "descending")
_GRID = "_lkot_grid"


@dataclass(frozen=True, slots=True)
class Column:
    """How the template sees a column; `hidden` names are only read aloud."""

    label: str
    key: str = ""
    numeric: bool = False
    hidden: bool = False
    sortable: bool = False
    sort_url: str = ""
    sorted: str | None = None


@dataclass(slots=True)
class Grid:
    """The table being rendered: its columns and how many cells the current row has so far (None between rows)."""

    columns: list[Column]
    used: int | None = None

    def take(self, span: int) -> Column:
        """The column of the next cell, which covers `span` columns."""
        if self.used is None:
            raise ComponentError("cell: stands outside a row")
        if span < 1 or self.used + span > len(self.columns):
            raise ComponentError(f"row: more cells than the {len(self.columns)} columns of the table")
        column = self.columns[self.used]
        self.used += span
        return column


@dataclass(slots=True)
class _Call:
    """Arguments of a tag, resolved when rendered."""

    args: list[FilterExpression]
    kwargs: dict[str, FilterExpression] = field(default_factory=dict)

    def resolve(self, context: Context) -> tuple[list[Any], dict[str, Any]]:
        return [arg.resolve(context) for arg in self.args], {
            name: value.resolve(context) for name, value in self.kwargs.items()
        }


def columns_of(source: Any) -> list[Column]:
    """Columns from a table object of core.tables, or from «№|Наименование|Работников#|<Действия>»."""
    if isinstance(source, str):
        return [_short(part.strip()) for part in source.split("|")]
    return [_full(item) for item in part_of(source, "columns", ())]


def _short(text: str) -> Column:
    required("datatable", "a column's name", text)
    if text.startswith("<") and text.endswith(">"):
        return Column(text[1:-1], hidden=True)
    return Column(text.removesuffix("#"), numeric=text.endswith("#"))


def _full(item: Any) -> Column:
    direction = part_of(item, "sorted")
    one_of("datatable", "sorted", direction, SORTED)
    shown = _short(str(part_of(item, "label", "")))
    return Column(
        label=shown.label,
        key=str(part_of(item, "key", "")),
        numeric=bool(part_of(item, "numeric", False)),
        hidden=shown.hidden,
        sortable=bool(part_of(item, "sortable", False)),
        sort_url=str(part_of(item, "sort_url") or ""),
        sorted=direction,
    )


def _datatable_options(
    source: Any,
    caption: str,
    caption_hidden: bool = False,
    sticky: bool = False,
    dense: bool = False,
    cards: bool = True,
) -> dict[str, Any]:
    required("datatable", "caption", caption)
    return {
        "columns": columns_of(source),
        "caption": caption,
        "caption_hidden": caption_hidden,
        "sticky": sticky,
        "dense": dense,
        "cards": cards,
    }


def _row_options(tone: str = "plain", id: str = "") -> dict[str, str]:
    one_of("row", "tone", tone, ROW_TONES)
    return {"tone": tone, "id": id}


class DatatableNode(Node):
    """{% datatable table "Подпись" %}…{% end_datatable %}"""

    def __init__(self, call: _Call, nodelist: NodeList) -> None:
        self.call, self.nodelist = call, nodelist

    def render(self, context: Context) -> SafeString:
        args, kwargs = self.call.resolve(context)
        options = _datatable_options(*args, **kwargs)
        with context.push(**{_GRID: Grid(options["columns"])}):
            content = self.nodelist.render(context)
        return render_to_string("components/datatable.html", options | {"content": content})


class RowNode(Node):
    """{% row %}…{% end_row %}: exactly as many cells as columns."""

    def __init__(self, call: _Call, nodelist: NodeList) -> None:
        self.call, self.nodelist = call, nodelist

    def render(self, context: Context) -> SafeString:
        args, kwargs = self.call.resolve(context)
        options = _row_options(*args, **kwargs)
        grid = _grid(context)
        grid.used = 0
        content = self.nodelist.render(context)
        if grid.used != len(grid.columns):
            raise ComponentError(f"row: {grid.used} cells for {len(grid.columns)} columns")
        grid.used = None
        identity = format_html(' id="{}"', options["id"]) if options["id"] else ""
        return format_html('<tr class="row-{}"{} role="row">{}</tr>', options["tone"], identity, content)


def _grid(context: Context) -> Grid:
    grid = context.get(_GRID)
    if not isinstance(grid, Grid):
        raise ComponentError("row: stands outside a datatable")
    return grid


def _parse(parser: Parser, token: Token, options: Callable[..., Any]) -> tuple[_Call, NodeList]:
    """Arguments by the signature of `options`, and what stands before the end tag."""
    name, *bits = token.split_contents()
    spec = inspect.getfullargspec(options)
    args, kwargs = parse_bits(  # type: ignore[call-arg]  # the stubs do not know takes_context yet
        parser, bits, spec.args, None, None, spec.defaults, [], None, takes_context=False, name=name
    )
    nodelist = parser.parse((f"end_{name}",))
    parser.delete_first_token()
    return _Call(args, kwargs), nodelist


def compile_datatable(parser: Parser, token: Token) -> DatatableNode:
    """The tag `datatable`."""
    return DatatableNode(*_parse(parser, token, _datatable_options))


def compile_row(parser: Parser, token: Token) -> RowNode:
    """The tag `row`."""
    return RowNode(*_parse(parser, token, _row_options))


def cell(context: Context, content: SafeString, span: int = 1, nowrap: bool = False) -> SafeString:
    """An ordinary cell."""
    column = _grid(context).take(span)
    classes = " ".join(name for name, on in (("numeric", column.numeric), ("nowrap", nowrap)) if on)
    across = format_html(' colspan="{}"', span) if span > 1 else ""
    label = "" if column.hidden else column.label
    return format_html(
        '<td role="cell" class="{}" data-label="{}"{}><div class="cell">{}</div></td>', classes, label, across, content
    )


def head_cell(context: Context, content: SafeString) -> SafeString:
    """The cell that names its row; on a phone it is the card's title."""
    column = _grid(context).take(1)
    return format_html(
        '<th scope="row" role="rowheader" data-label="{}"><div class="cell">{}</div></th>', column.label, content
    )


def tick_cell(
    context: Context, name: str, value: object, label: str, form: str = "", checked: bool = False
) -> SafeString:
    """A tick box that belongs to the form of that id, wherever the form stands on the page."""
    _grid(context).take(1)
    required("tick_cell", "label", label)
    owner = format_html(' form="{}"', form) if form else ""
    state = " checked" if checked else ""
    return format_html(
        '<td role="cell" class="tick-cell" data-label=""><input type="checkbox" name="{}" value="{}" aria-label="{}"{}{}></td>',
        name,
        value,
        label,
        owner,
        state,
    )


def pager(page: Any) -> dict[str, Any]:
    """«Записи с 1 до 10 из 37», the size of a page, «Предыдущая» and «Следующая»; keyset pages have no numbers."""
    return {"page": page}
