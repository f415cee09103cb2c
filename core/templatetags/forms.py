"""Forms: fields with label, hint and error; the error summary; the file drop zone; filters of a list."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet

from core.templatetags.closed import ComponentError, one_of, part_of
from core.templatetags.formats import filesize_ru

WIDTHS = ("auto", "short", "medium", "full")
FILTER_KINDS = ("search", "choice", "date", "number", "tick")
GROUP_WIDGETS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def _bound(component: str, value: object) -> BoundField:
    if not isinstance(value, BoundField):
        raise ComponentError(f"{component}: a bound field of a form is needed, not {value!r}")
    return value


def _shape(bound: BoundField) -> str:
    """How the field is laid out: a lone tick box has its label on the right, a group is a fieldset."""
    widget = bound.field.widget
    if isinstance(widget, GROUP_WIDGETS):
        return "group"
    if isinstance(widget, forms.CheckboxInput):
        return "tick"
    return "line"


def field(
    bound: BoundField, hint: str = "", width: str = "auto", optional: bool = False, label_hidden: bool = False
) -> dict[str, object]:
    """One field. Typed values stay; the error stands at the field in the words of the summary."""
    bound = _bound("field", bound)
    one_of("field", "width", width, WIDTHS)
    hint = hint or str(bound.help_text)
    described = [f"{bound.auto_id}_hint"] if hint else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    attrs: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    return {
        "bound": bound,
        "shape": _shape(bound),
        "id": bound.auto_id,
        "label": bound.label,
        "hint": hint,
        "errors": list(bound.errors),
        "widget": bound.as_widget(attrs=attrs),
        "described": " ".join(described),
        "width": width,
        "optional": optional,
        "label_hidden": label_hidden,
    }


def fields(form: forms.BaseForm) -> dict[str, object]:
    """All fields of a form, hidden ones last."""
    return {"visible": form.visible_fields(), "hidden": form.hidden_fields()}


def _forms(sources: Iterable[Any]) -> Iterator[forms.BaseForm]:
    for source in sources:
        if isinstance(source, BaseFormSet):
            yield from source.forms
        elif isinstance(source, forms.BaseForm):
            yield source
        elif isinstance(source, list):
            yield from _forms(source)
        elif source:
            raise ComponentError(f"error_summary: a form or formset is needed, not {source!r}")


def anchor(bound: BoundField) -> str:
    """The id that a link of the summary moves the focus to: a group's first choice, else the field."""
    return f"{bound.auto_id}_0" if _shape(bound) == "group" else bound.auto_id


def error_summary(*sources: forms.BaseForm | BaseFormSet) -> dict[str, object]:
    """«Проверьте данные»: every error of the forms, each a link to its field; empty without errors."""
    lines: list[dict[str, str]] = []
    for source in sources:
        if isinstance(source, BaseFormSet):
            lines += [{"text": str(text), "anchor": ""} for text in source.non_form_errors()]
    for form in _forms(sources):
        lines += [{"text": str(text), "anchor": ""} for text in form.non_field_errors()]
        for bound in form:
            lines += [{"text": f"{bound.label}: {text}", "anchor": anchor(bound)} for text in bound.errors]
    return {"lines": lines}


def dropzone(
    bound: BoundField, hint: str = "", accept: str = "", limit_bytes: int | None = None, too_large: str = ""
) -> dict[str, object]:
    """A drop zone around the plain file input; upload.js reads the limit so that nobody sends 2 GB in vain. `too_large`: what
    to do then, where «Сожмите его в ZIP или разделите.» is wrong."""
    bound = _bound("dropzone", bound)
    if not isinstance(bound.field.widget, forms.FileInput):
        raise ComponentError(f"dropzone: {bound.name} is not a file field")
    shown = field(bound, hint)
    attrs: dict[str, str | bool] = {}
    if shown["described"]:
        attrs["aria-describedby"] = str(shown["described"])
    if accept:
        attrs["accept"] = accept
    return shown | {
        "widget": bound.as_widget(attrs=attrs),
        "limit_bytes": limit_bytes or "",
        "too_large": too_large,
        "limit": filesize_ru(limit_bytes),
    }


def filters(source: Any) -> dict[str, object]:
    """The filter form of a list: GET, so that a filtered list has an address that can be sent to a colleague."""
    rows = []
    for item in part_of(source, "fields", ()):
        one_of("filters", "kind", part_of(item, "kind"), FILTER_KINDS)
        rows.append(
            {
                "name": part_of(item, "name"),
                "label": part_of(item, "label"),
                "kind": part_of(item, "kind"),
                "value": part_of(item, "value", "") or "",
                "choices": part_of(item, "choices", ()) or (),
            }
        )
    active = part_of(source, "active", False)
    chips = [] if isinstance(active, bool) else list(active)
    return {
        "rows": rows,
        "hidden": part_of(source, "hidden", ()) or (),
        "active": bool(active),
        "chips": chips,
        "clear_url": part_of(source, "clear_url", ""),
    }
