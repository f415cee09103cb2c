"""The tag library `lkot`: every component and filter of the cabinet, with the template it is drawn by.

The one list of what exists; docs/components.md says how to use each. Functions live beside, by theme; they check
their options and return the context of `templates/components/<name>.html`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from core.identifiers import mask_snils
from core.templatetags import classes, controls, formats, forms, icons, statuses, tables

register = template.Library()

# name: (function, template); the function's arguments are the tag's arguments
LINES: dict[str, tuple[Callable[..., dict[str, Any]], str]] = {
    "badge": (statuses.badge, "badge"),
    "button": (controls.button, "button"),
    "class_bar": (classes.class_bar, "class_bar"),
    "class_chip": (classes.class_chip, "class_chip"),
    "copyable": (controls.copyable, "copyable"),
    "crumb": (controls.crumb, "crumb"),
    "deadline": (statuses.deadline, "deadline"),
    "dialog_button": (controls.dialog_button, "dialog_button"),
    "download": (controls.download, "download"),
    "dropzone": (forms.dropzone, "dropzone"),
    "empty": (statuses.empty, "empty"),
    "error_summary": (forms.error_summary, "error_summary"),
    "fact": (controls.fact, "fact"),
    "field": (forms.field, "field"),
    "fields": (forms.fields, "fields"),
    "filters": (forms.filters, "filters"),
    "link_button": (controls.link_button, "link_button"),
    "masked_snils": (controls.masked_snils, "masked_snils"),
    "menu_link": (controls.menu_link, "menu_link"),
    "menu_post": (controls.menu_post, "menu_post"),
    "message_notice": (statuses.message_notice, "notice"),
    "notice": (statuses.notice, "notice"),
    "pager": (tables.pager, "pager"),
    "post_button": (controls.post_button, "post_button"),
    "progress": (statuses.progress, "progress"),
    "receipt": (statuses.receipt, "receipt"),
    "severity": (statuses.severity, "badge"),
    "stat": (statuses.stat, "stat"),
    "stated_expected": (controls.stated_expected, "stated_expected"),
    "steps": (statuses.steps, "steps"),
    "tab": (controls.tab, "tab"),
    "verdict": (statuses.verdict, "badge"),
}

# the same, for tags with {% end_<name> %}; the function's first argument is what stands between
BOXES: dict[str, tuple[Callable[..., dict[str, Any]], str]] = {
    "actions": (controls.holder, "actions"),
    "bulk": (controls.bulk, "bulk"),
    "card": (controls.card, "card"),
    "dialog": (controls.dialog, "dialog"),
    "disclosure": (controls.disclosure, "disclosure"),
    "fact_box": (controls.fact_box, "fact_box"),
    "facts": (controls.facts, "facts"),
    "menu": (controls.menu, "menu"),
    "moment": (statuses.moment, "moment"),
    "notice_box": (statuses.notice_box, "notice"),
    "stats": (controls.stats, "stats"),
    "sticky_actions": (controls.holder, "sticky_actions"),
    "tabs": (controls.tabs, "tabs"),
    "timeline": (controls.holder, "timeline"),
}


def _drawn(make: Callable[..., dict[str, Any]], template_name: str) -> Callable[..., SafeString]:
    """A box function that renders its template; its signature stays that of `make`."""

    @functools.wraps(make)
    def draw(*args: Any, **kwargs: Any) -> SafeString:
        return render_to_string(template_name, make(*args, **kwargs))

    return draw


for _name, (_make, _template) in LINES.items():
    register.inclusion_tag(f"components/{_template}.html", name=_name)(_make)
for _name, (_make, _template) in BOXES.items():
    register.simple_block_tag(_drawn(_make, f"components/{_template}.html"), name=_name, end_name=f"end_{_name}")

register.simple_tag(icons.icon, name="icon")
register.simple_tag(controls.module, name="module")
register.tag("datatable", tables.compile_datatable)
register.tag("row", tables.compile_row)
register.simple_block_tag(tables.cell, takes_context=True, name="cell", end_name="end_cell")
register.simple_block_tag(tables.head_cell, takes_context=True, name="head_cell", end_name="end_head_cell")
register.simple_tag(tables.tick_cell, takes_context=True, name="tick_cell")

for _filter in (
    formats.counted,
    formats.dash,
    formats.filesize_ru,
    formats.last_day,
    formats.plural,
    formats.ogrn_label,
    formats.ru_date,
    formats.ru_datetime,
    formats.ru_time,
    formats.short_digest,
    formats.thin,
    formats.working_days_left,
    mask_snils,
):
    register.filter(_filter.__name__, _filter)
