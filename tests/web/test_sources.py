"""What holds for the templates, the stylesheet and the script as they stand in the repository."""

import re
from pathlib import Path

import pytest

from toeleiding.web.templatetags.tn import ICONS

from .gallery import WEB

ROOMS = WEB.parent
TEMPLATES = sorted(ROOMS.glob("*/templates/**/*.html"))
OUTSIDE = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]", re.IGNORECASE)


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOMS)) for path in paths]


def test_there_are_templates_to_look_at():
    assert WEB / "templates/base.html" in TEMPLATES


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_has_nothing_inline_that_the_security_policy_forbids(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "javascript:" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_brings_nothing_from_outside(path):
    assert not OUTSIDE.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [p for p in TEMPLATES if '"base' in p.read_text()], ids=lambda p: p.stem)
def test_every_page_names_itself_in_its_title(path):
    text = path.read_text(encoding="utf-8")
    assert path.name.startswith("base") or re.search(r"{% block titel %}.+?{% endblock", text, re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_every_icon_a_template_names_is_in_the_sprite(path):
    assert set(re.findall(r'{% icoon "([^"]+)"', path.read_text(encoding="utf-8"))) <= ICONS


def test_stylesheet_and_script_bring_nothing_from_outside():
    for path in ("static/css/tn.css", "static/js/tn.js"):
        text = (WEB / path).read_text(encoding="utf-8")
        assert not OUTSIDE.findall(text)
        assert "@import" not in text


def test_every_file_the_stylesheet_names_is_there():
    css = (WEB / "static/css/tn.css").read_text(encoding="utf-8")
    named = re.findall(r"url\(([^)]+)\)", css)
    assert named
    assert all((WEB / "static/css" / path).resolve().is_file() for path in named)


def test_the_script_stays_small_and_makes_no_code_from_text():
    script = (WEB / "static/js/tn.js").read_bytes()
    assert len(script) < 10_000
    assert not re.search(rb"\beval\(|new Function|document\.write", script)


def test_vendored_files_carry_their_licence_and_no_source_map():
    assert "BSD" in (WEB / "static/vendor/LICENSE-htmx").read_text(encoding="utf-8")
    assert b"sourceMappingURL" not in (WEB / "static/vendor/htmx.min.js").read_bytes()
    for font in ("source-sans-3", "noto-sans-arabic", "noto-sans-ethiopic"):
        licence = (WEB / f"static/fonts/LICENSE-{font}").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE" in licence.upper()
