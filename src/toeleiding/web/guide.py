"""The users' guide inside the product, and "Zo werkt het" above each page.

The chapters are the files of `docs/gebruikersgids` themselves (a link in this folder). They use a small part of
Markdown; what falls outside it is shown as it stands.
"""

import re
import tomllib
from functools import cache
from itertools import groupby
from pathlib import Path

from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

CHAPTERS = Path(__file__).parent / "gids"
EXPLAINED_FILE = Path(__file__).parent / "data" / "zo_werkt_het.toml"

_BLOCKS = ((re.compile(r"[-*] "), "ul"), (re.compile(r"\d+\. "), "ol"), (re.compile(r"\|"), "table"))
_HEADING = re.compile(r"(#{2,3}) (.+)")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(\.\./images/([a-z0-9-]+\.png)\)")
_LINK = re.compile(r"\[([^\]]+)\]\(([a-z-]+)\.md(#[a-z0-9-]+)?\)")
_KEY = re.compile(r"&lt;kbd&gt;(.+?)&lt;/kbd&gt;")


@cache
def explained() -> dict[str, dict[str, str]]:
    """Name of an address -> {"tekst", "gids"}: how that page works, and the chapter that says more."""
    entries = tomllib.loads(EXPLAINED_FILE.read_text(encoding="utf-8"))["uitleg"]
    return {page: {"tekst": one["tekst"], "gids": one["gids"]} for one in entries for page in one["bladzijden"]}


def chapters() -> list[str]:
    """The names of the chapters; `README` is the table of contents."""
    return sorted(one.stem for one in CHAPTERS.glob("*.md"))


@cache
def chapter(name: str) -> tuple[str, SafeString]:
    """Title and body of one chapter. Raises KeyError when there is none of that name."""
    if name not in chapters():
        raise KeyError(name)
    title, _, body = (CHAPTERS / f"{name}.md").read_text(encoding="utf-8").partition("\n")
    return title.removeprefix("# "), mark_safe("\n".join(_blocks(body)))  # noqa: S308 - everything is escaped below


def _blocks(body: str) -> list[str]:
    made = []
    for paragraph in re.split(r"\n\s*\n", body.strip()):
        for kind, found in groupby(paragraph.splitlines(), _kind):
            lines = list(found)
            if kind in ("ul", "ol"):
                items = "".join(f"<li>{_inline(line.split(' ', 1)[1])}</li>" for line in lines)
                made.append(f"<{kind}>{items}</{kind}>")
            elif kind == "table":
                made.append(_table(lines))
            elif kind == "h":
                made += [f"<h{len(m[1])}>{_inline(m[2])}</h{len(m[1])}>" for m in map(_HEADING.fullmatch, lines) if m]
            elif picture := _PICTURE.fullmatch(paragraph):
                source = static(f"gids/{picture[2]}")
                made.append(f'<p><img class="beeld" src="{source}" alt="{escape(picture[1])}"></p>')
            else:
                made.append(f"<p>{_inline(' '.join(lines))}</p>")
    return made


def _kind(line: str) -> str:
    if _HEADING.fullmatch(line):
        return "h"
    return next((name for begin, name in _BLOCKS if begin.match(line)), "p")


def _table(lines: list[str]) -> str:
    head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    titles = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in head)
    body = "".join(
        "<tr>"
        + "".join(f'<td data-label="{escape(t)}">{_inline(c)}</td>' for t, c in zip(head, row, strict=True))
        + "</tr>"
        for row in rows
    )
    caption = f'<caption class="vh">{escape(", ".join(head))}</caption>'
    return f'<table class="stapeltabel links">{caption}<thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>'


def _inline(text: str) -> str:
    shown = _KEY.sub(r"<kbd>\1</kbd>", escape(text))
    shown = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", shown)
    shown = re.sub(r"`(.+?)`", r"<code>\1</code>", shown)
    return _LINK.sub(lambda m: f'<a href="/hulp/gids/{m[2]}{m[3] or ""}">{m[1]}</a>', shown)
