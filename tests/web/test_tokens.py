"""The colours are the agreed ones, and every pair of text and background can be read."""

import re

import pytest

from .gallery import WEB

CSS = (WEB / "static/css/tn.css").read_text(encoding="utf-8")
TOKENS = dict(re.findall(r"--([a-z0-9-]+):(#[0-9a-f]{3,6})\b", CSS))

# EXPERIENCE 3.4
AGREED = {
    "geel": "#ffe615",
    "actie": "#0055cc",
    "actie-donker": "#003b8e",
    "actie-vlak": "#e4ebf5",
    "tekst": "#333332",
    "tekst-2": "#4f5864",
    "tekst-3": "#5d6876",
    "rand-veld": "#7f8b99",
    "goed": "#007a37",
    "let-op": "#8a4b00",
    "fout": "#aa2729",
    "paars": "#5b3d8f",
}
TEXT_PAIRS = [
    ("tekst", "vlak"),
    ("tekst", "wit"),
    ("tekst", "geel-zacht"),
    ("tekst", "actie-vlak"),
    ("tekst-2", "vlak"),
    ("tekst-2", "lijn"),
    ("tekst-3", "vlak"),
    ("tekst-3", "wit"),
    ("tekst-3", "actie-wit"),
    ("tekst-3", "actie-vlak"),
    ("actie", "wit"),
    ("actie", "vlak"),
    ("actie", "actie-vlak"),
    ("actie", "fout-vlak"),
    ("actie", "let-op-vlak"),
    ("wit", "actie"),
    ("wit", "actie-donker"),
    ("actie-donker", "actie-vlak"),
    ("goed", "goed-vlak"),
    ("wit", "goed"),
    ("let-op", "let-op-vlak"),
    ("let-op", "wit"),
    ("let-op", "actie-vlak"),
    ("fout", "fout-vlak"),
    ("fout", "wit"),
    ("fout", "actie-vlak"),
    ("wit", "fout"),
    ("paars", "paars-vlak"),
]


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])))
    return (high + 0.05) / (low + 0.05)


def test_the_twelve_colours_have_not_drifted():
    assert {name: TOKENS[name] for name in AGREED} == AGREED


def test_the_ruler_itself_is_right():
    assert round((luminance("#fff") + 0.05) / (luminance("#000000") + 0.05), 1) == 21.0


@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read_on_its_ground(text, ground):
    assert contrast(text, ground) >= 4.5


def test_the_border_of_a_field_and_the_focus_ring_can_be_seen():
    assert contrast("rand-veld", "wit") >= 3
    assert contrast("actie", "vlak") >= 3
    assert contrast("actie", "geel") >= 3


def test_every_colour_variable_that_is_used_exists():
    assert set(re.findall(r"var\(--([a-z0-9-]+)\)", CSS)) <= set(re.findall(r"--([a-z0-9-]+):", CSS))
