"""The colours, from the style sheets: everybody can tell the text from the ground."""

import itertools
import re
from pathlib import Path

import pytest

CLIENTS = Path(__file__).parents[2] / "clients"
STYLES = ["widget/panel.css", "console/console.css"]
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
BOTH = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")

# What stands on what, and the contrast that WCAG 2.2 asks for (1.4.3, 1.4.11).
TEXT, EDGE = 4.5, 3.0
PAIRS = [
    ("ink", "ground", TEXT),
    ("ink", "raised", TEXT),
    ("ink", "mine", TEXT),
    ("soft", "ground", TEXT),
    ("soft", "raised", TEXT),
    ("bad", "ground", TEXT),
    ("edge", "ground", EDGE),
]
# What the widget has besides. Its tint is the desk's own: see below.
WIDGET_PAIRS = [
    ("link", "ground", TEXT),
    ("link", "raised", TEXT),
    ("link", "mine", TEXT),
]
# What the console has besides.
CONSOLE_PAIRS = [
    ("tint", "ground", TEXT),
    ("tint", "raised", TEXT),
    ("tint", "mine", TEXT),
    ("on-tint", "tint", TEXT),
    ("bad", "raised", TEXT),
    ("good", "ground", TEXT),
    ("good", "raised", TEXT),
]
CASES = [
    *((style, *pair) for style in STYLES for pair in PAIRS),
    *(("widget/panel.css", *pair) for pair in WIDGET_PAIRS),
    *(("console/console.css", *pair) for pair in CONSOLE_PAIRS),
]


def colours(style: str, scheme: str) -> dict[str, str]:
    """The colours by name; dark ones take the place of light ones."""
    text = (CLIENTS / style).read_text(encoding="utf-8")
    if both := BOTH.findall(text):
        return {name: light if scheme == "light" else dark for name, light, dark in both}
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    return dict(COLOUR.findall(light if scheme == "light" else dark))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_what_the_standard_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("style", "front", "ground", "least"), CASES)
def test_everything_can_be_told_from_its_ground(
    style: str, scheme: str, front: str, ground: str, least: float
):
    found = colours(style, scheme)

    assert contrast(found[front], found[ground]) >= least


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_console_has_the_colours_of_the_widget(scheme: str):
    widget, console = (colours(style, scheme) for style in STYLES)
    widget["tint"] = widget.pop("link")

    assert widget.items() <= console.items()


def test_black_or_white_can_be_told_from_any_tint():
    """As the style sheets of the widget say: by the luminance of the tint, from 0.179 on black."""
    styles = [CLIENTS / "widget" / "panel.css", CLIENTS / "launcher" / "look.ts"]
    for style in styles:
        text = style.read_text(encoding="utf-8").replace(" ", "").replace("0.179", ".179")
        assert "calc(1e9*(.179-y))" in text, style

    for red, green, blue in itertools.product(range(0, 256, 15), repeat=3):
        tint = f"#{red:02x}{green:02x}{blue:02x}"
        ink = "#ffffff" if luminance(tint) < 0.179 else "#000000"
        assert contrast(tint, ink) >= TEXT, tint
