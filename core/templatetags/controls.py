"""What a person presses: buttons, links, menus, tabs, dialogs, values to copy."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.identifiers import mask_snils
from core.templatetags.closed import ComponentError, one_of, required
from core.templatetags.formats import filesize_ru, short_digest, thin
from core.templatetags.icons import check_icon

BUTTON_KINDS = ("primary", "secondary", "quiet", "danger")
ALIGNS = ("start", "end")
HEADINGS = (2, 3, 4)
COLUMNS = (1, 2, 3)
NOT_GIVEN = "Не указано"


def _look(component: str, label: str, kind: str, icon: str, small: bool) -> dict[str, object]:
    one_of(component, "kind", kind, BUTTON_KINDS)
    required(component, "label", label)
    check_icon(component, icon)
    return {"label": label, "kind": kind, "icon": icon, "small": small}


def button(
    label: str,
    kind: str = "primary",
    icon: str = "",
    name: str = "",
    value: str = "",
    type: str = "submit",  # the HTML attribute's own name
    form: str = "",
    small: bool = False,
) -> dict[str, object]:
    """A button of a form. Never disabled: it is pressed, and the page says what is missing."""
    one_of("button", "type", type, ("submit", "button"))
    look = _look("button", label, kind, icon, small)
    return look | {"name": name, "value": value, "type": type, "form": form}


def link_button(
    label: str, url: str, kind: str = "secondary", icon: str = "", small: bool = False
) -> dict[str, object]:
    """A link that looks like a button, for going somewhere."""
    required("link_button", "url", url)
    return _look("link_button", label, kind, icon, small) | {"url": url}


def post_button(
    label: str,
    url: str,
    kind: str = "secondary",
    icon: str = "",
    small: bool = False,
    name: str = "",
    value: str = "",
) -> dict[str, object]:
    """One button in its own POST form, for doing something at once."""
    required("post_button", "url", url)
    return _look("post_button", label, kind, icon, small) | {"url": url, "name": name, "value": value}


def download(label: str, url: str, size: int | None = None, format: str = "") -> dict[str, object]:
    """A link to a file with its format and size, so that nobody is surprised by 300 MB."""
    required("download", "url", url)
    details = ", ".join(part for part in (format, filesize_ru(size)) if part)
    return {"label": label, "url": url, "details": details}


def crumb(label: str, url: str = "") -> dict[str, object]:
    """One breadcrumb; without an address it is the page we are on."""
    required("crumb", "label", label)
    return {"label": label, "url": url}


def menu(
    content: SafeString,
    text: str,
    label: str = "",
    icon: str = "",
    align: str = "end",
    kind: str = "secondary",
    small: bool = True,
    about: object = "",
) -> dict[str, object]:
    """A button that opens a list of links and actions; `label` is the fuller name read aloud, or «text: about»."""
    one_of("menu", "align", align, ALIGNS)
    if about and not label:
        label = f"{text}: {about}"
    look = _look("menu", text, kind, icon, small)
    if label and not label.startswith(text):
        # WCAG 2.5.3: what is read aloud begins with what is seen.
        raise ComponentError(f"menu: label {label!r} must begin with the visible text {text!r}")
    return look | {"content": content, "aria": label, "align": align}


def menu_link(label: str, url: str, icon: str = "", current: bool = False) -> dict[str, object]:
    """A line of a menu that leads somewhere."""
    required("menu_link", "url", url)
    check_icon("menu_link", icon)
    return {"label": label, "url": url, "icon": icon, "current": current}


def menu_post(
    label: str, url: str, icon: str = "", danger: bool = False, name: str = "", value: str = ""
) -> dict[str, object]:
    """A line of a menu that does something, by POST."""
    required("menu_post", "url", url)
    check_icon("menu_post", icon)
    return {"label": label, "url": url, "icon": icon, "danger": danger, "name": name, "value": value}


def tabs(content: SafeString, label: str) -> dict[str, object]:
    """A row of tabs, which are links: every tab has an address."""
    required("tabs", "label", label)
    return {"content": content, "label": label}


def tab(label: str, url: str, current: bool = False, count: int | None = None) -> dict[str, object]:
    """One tab, with the number of things behind it if that is known."""
    required("tab", "url", url)
    return {"label": label, "url": url, "current": current, "count": "" if count is None else thin(count)}


def card(content: SafeString, title: str = "", level: int = 2, quiet: bool = False, id: str = "") -> dict[str, object]:
    """A surface with a heading; `quiet` keeps the heading and drops the surface."""
    one_of("card", "level", level, HEADINGS)
    return {"content": content, "title": title, "level": level, "quiet": quiet, "id": id}


def stats(content: SafeString) -> dict[str, object]:
    """A strip of numbers."""
    return {"content": content}


def facts(content: SafeString, columns: int = 1) -> dict[str, object]:
    """A list of label–value pairs."""
    one_of("facts", "columns", columns, COLUMNS)
    return {"content": content, "columns": columns}


def fact(label: str, value: object = "", copy: bool = False, mono: bool = False) -> dict[str, object]:
    """One pair; an empty value is «Не указано»."""
    required("fact", "label", label)
    missing = value is None or value == ""
    shown = NOT_GIVEN if missing else value
    return {"label": label, "value": shown, "missing": missing, "copy": copy and not missing, "mono": mono}


def fact_box(content: SafeString, label: str) -> dict[str, object]:
    """A pair with markup for its value."""
    return {"label": label, "content": content}


def disclosure(content: SafeString, label: str, open: bool = False) -> dict[str, object]:
    """Text behind a line that opens it."""
    required("disclosure", "label", label)
    return {"content": content, "label": label, "open": open}


def dialog(content: SafeString, id: str, title: str) -> dict[str, object]:
    """A native dialog. Without JavaScript it opens as a popover, with it as a modal."""
    required("dialog", "id", id)
    required("dialog", "title", title)
    return {"content": content, "id": id, "title": title}


def dialog_button(
    label: str, dialog: str, kind: str = "secondary", icon: str = "", small: bool = False
) -> dict[str, object]:
    """The button that opens the dialog of that id."""
    required("dialog_button", "dialog", dialog)
    return _look("dialog_button", label, kind, icon, small) | {"dialog": dialog}


def holder(content: SafeString) -> dict[str, object]:
    """A container without options: actions, sticky_actions, timeline."""
    return {"content": content}


def bulk(content: SafeString, form: str, word: str = "Выбрано") -> dict[str, object]:
    """The bar of ticked rows; `form` is the id of the form that the ticks belong to."""
    required("bulk", "form", form)
    return {"content": content, "form": form, "word": word}


def copyable(value: str, label: str = "", digest: bool = False) -> dict[str, object]:
    """A value with «Скопировать»; a digest is shown in groups and copied without spaces."""
    required("copyable", "value", value)
    return {"value": value, "shown": short_digest(value) if digest else value, "label": label}


def stated_expected(found: object, expected: object) -> dict[str, object]:
    """What the document states beside what it should state."""
    return {"found": found if found not in (None, "") else NOT_GIVEN, "expected": expected or "—"}


def masked_snils(value: str, reveal_url: str = "") -> dict[str, object]:
    """A masked СНИЛС; with `reveal_url` also the button whose press is recorded in the journal."""
    return {"masked": mask_snils(value) if value else NOT_GIVEN, "reveal_url": reveal_url if value else ""}


def module(path: str) -> SafeString:
    """An ES module of ours; a browser loads it once however often a page asks."""
    if not path.startswith("js/"):
        raise ComponentError(f"module: {path!r} is not under js/")
    return format_html('<script type="module" src="{}"></script>', static(path))
