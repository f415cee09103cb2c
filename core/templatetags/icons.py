"""Icons: one sprite, static/img/icons.svg, and the closed list of what it holds."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.templatetags.closed import one_of

ICONS = frozenset(
    {
        "arrow-down",
        "arrow-up",
        "bell",
        "building-2",
        "check",
        "chevron-down",
        "chevron-left",
        "chevron-right",
        "chevrons-up-down",
        "circle-alert",
        "circle-check",
        "circle-question-mark",
        "circle-x",
        "clock",
        "copy",
        "download",
        "external-link",
        "eye",
        "file-text",
        "folder-open",
        "history",
        "info",
        "list-checks",
        "loader",
        "lock",
        "log-in",
        "log-out",
        "menu",
        "minus",
        "pencil",
        "plus",
        "printer",
        "search",
        "search-x",
        "settings",
        "shield-check",
        "signature",
        "trash-2",
        "triangle-alert",
        "upload",
        "user",
        "users",
        "x",
    }
)


def icon(name: str, label: str = "") -> SafeString:
    """An inline SVG; decoration unless a `label` names it for screen readers."""
    one_of("icon", "name", name, ICONS)
    href = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', href)


def check_icon(component: str, name: str) -> None:
    """Raise ComponentError for an icon that is not in the sprite; an empty name means no icon."""
    if name:
        one_of(component, "icon", name, ICONS)
