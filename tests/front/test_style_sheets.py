"""Colours that can be read, style sheets that stay small, and templates without inline style or script."""

import gzip
import re

import pytest

from tests.front.conftest import REPOSITORY

CSS = REPOSITORY / "static/css"
TEMPLATES = REPOSITORY / "templates"
READABLE = 4.5  # WCAG 2.2, 1.4.3
VISIBLE = 3.0  # WCAG 2.2, 1.4.11: borders of fields, focus ring, marks
RAW_BUDGET, GZIP_BUDGET = 45_000, 12_288

GROUNDS = ("ground", "surface", "raised")
CLASSES = ("1", "2", "31", "32", "33", "34", "4", "none")
TEXT_PAIRS = [
    *[(text, ground) for text in ("ink", "muted", "accent", "accent-hover") for ground in GROUNDS],
    *[(tone, f"{tone}-ground") for tone in ("info", "good", "careful", "stop")],
    *[("ink", f"{tone}-ground") for tone in ("info", "good", "careful", "stop")],
    *[(tone, ground) for tone in ("info", "good", "careful", "stop") for ground in ("surface", "ground")],
    *[("ink", f"class-{name}-ground") for name in CLASSES],
    ("muted", "info-ground"),
    ("on-solid", "solid"),
    ("on-solid", "solid-hover"),
    ("on-top", "top"),
    ("on-top", "top-hover"),
    ("on-top-muted", "top"),
    ("on-top-muted", "top-hover"),
    ("top", "on-top"),
]
MARK_PAIRS = [
    *[(mark, ground) for mark in ("line-strong", "focus", "solid") for ground in ("surface", "ground")],
    ("top-focus", "top"),
    *[(tone, f"{tone}-ground") for tone in ("info", "good", "careful", "stop")],
]


def tokens(text: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", text))


def schemes() -> dict[str, dict[str, str]]:
    """Colours of both schemes; dark takes from light what it does not change."""
    light, dark = (CSS / "tokens.css").read_text().split("@media screen and (prefers-color-scheme: dark)")
    return {"light": tokens(light), "dark": tokens(light) | tokens(dark)}


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(scheme, text, ground):
    colours = schemes()[scheme]
    assert contrast(colours[text], colours[ground]) >= READABLE


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARK_PAIRS)
def test_marks_can_be_seen(scheme, mark, ground):
    colours = schemes()[scheme]
    assert contrast(colours[mark], colours[ground]) >= VISIBLE


def test_contrast_is_counted_right():
    assert round(contrast("#ffffff", "#000000"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_dark_changes_every_colour():
    light, dark = (CSS / "tokens.css").read_text().split("@media screen and (prefers-color-scheme: dark)")
    assert set(tokens(light)) - set(tokens(dark)) == {"top-focus"}, "the header is dark in both"


def test_colours_live_in_tokens_only():
    """Paper is black on white by itself; everywhere else a colour has a name."""
    found = {}
    for path in CSS.glob("*.css"):
        if path.name in {"tokens.css", "print.css"}:
            continue
        bare = re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", path.read_text())
        if bare:
            found[path.name] = bare
    assert found == {}


def test_every_custom_property_used_is_set():
    text = "".join(path.read_text() for path in CSS.glob("*.css"))
    assert set(re.findall(r"var\(--([a-z0-9-]+)", text)) <= set(re.findall(r"--([a-z0-9-]+):", text))


def test_style_sheets_stay_small():
    sheets = [path.read_bytes() for path in sorted(CSS.glob("*.css"))]
    assert sum(map(len, sheets)) <= RAW_BUDGET
    assert sum(len(gzip.compress(sheet, 9)) for sheet in sheets) <= GZIP_BUDGET


def test_style_sheets_fetch_nothing():
    for path in CSS.glob("*.css"):
        assert not re.search(r"@import|@font-face|url\(|https?:", path.read_text()), path.name


def test_motion_can_be_switched_off():
    assert "prefers-reduced-motion" in (CSS / "base.css").read_text()
    for path in CSS.glob("*.css"):
        assert not re.search(r"transition:(?![^;]*var\(--motion\))(?!\s*none)", path.read_text()), path.name


def test_focus_ring_is_never_removed():
    """`outline: none` is for targets of script and skip link only, which are no controls."""
    for path in CSS.glob("*.css"):
        for selector in re.findall(r"([^{}]+)\{[^}]*outline:\s*(?:none|0)\b", path.read_text()):
            assert set(re.split(r",\s*", selector.strip())) <= {"main:focus", "h1:focus", "h2:focus"}, selector


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("style attribute", r"<[^>]*\sstyle\s*="),
        ("style element", r"<style\b"),
        ("event handler", r"<[^>]*\son[a-z]+\s*="),
        ("script with text", r"<script\b[^>]*>\s*[^<\s]"),
        ("script without src", r"<script\b(?![^>]*\bsrc=)"),
        ("hx-on", r"\bhx-on\b"),
        ("javascript address", r"javascript:"),
        ("trusted text", r"\|\s*safe\b|{%\s*autoescape off"),
        ("outside resource", r"<(?:script|link|img)\b[^>]*(?:src|href)=\"(?:https?:)?//"),
    ],
)
def test_templates_hold_nothing_that_the_policy_forbids(what, pattern):
    pdf = TEMPLATES / "pdf"  # paper is drawn by WeasyPrint, not by a browser under the policy
    found = [
        f"{path.relative_to(TEMPLATES)}: {match[0][:60]}"
        for path in TEMPLATES.rglob("*.html")
        if pdf not in path.parents
        for match in re.finditer(pattern, path.read_text())
    ]
    assert found == [], what
