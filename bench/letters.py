"""A thousand bilingual letters beside the bare compilation of one document with the same pages."""

import os
from datetime import date
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

_LETTERS = 1000
_ROUNDS = 3
_SITE = "https://toeleiding.example"


def measure() -> list[dict[str, Any]]:
    """One result: the time of ours divided by that of the bare compiler; at most 3 is asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "toeleiding.site.settings")
    from toeleiding.site.setup import prepare

    prepare(migrate=True)
    from toeleiding.referrals.letters import papers

    ours, theirs = [], []
    for turn in range(_ROUNDS):
        # Other people each turn: the compiler remembers what it saw, and nobody sends the same letters again.
        people = _people(papers, turn)
        bare = _bare_source(papers, people)
        theirs.append(_timed(partial(_compile, bare)))
        ours.append(_timed(partial(papers.letters, people, _SITE, date(2026, 11, 1 + turn))))
    ratio = median(ours) / median(theirs)
    return [
        {
            "name": "1.000 brieven in twee talen",
            "measured": median(ours),
            "baseline": median(theirs),
            "ratio": ratio,
            "unit": "times the bare compiler",
            "n": _LETTERS,
            "notes": "seconden voor 1 document van 1.000 bladzijden, met databank en QR; hoogstens 3 gevraagd",
        }
    ]


def _people(papers: Any, turn: int) -> list[Any]:
    from toeleiding.referrals.texts.content import LANGUAGES

    return [
        papers.Person(
            first_name=f"Proef{turn}x{number}",
            last_name="Voorbeeldma",
            language=LANGUAGES[1 + number % (len(LANGUAGES) - 1)],
            agency="AgII",
            lines=("2800 Mechelen",),
            due_on=date(2026, 12 - turn, 1 + number % 28),
        )
        for number in range(_LETTERS)
    ]


def _bare_source(papers: Any, people: list[Any]) -> str:
    """The same words on the same pages as somebody would type them: plain markup, no functions, no data, the QR too."""
    from toeleiding.referrals.texts.content import DUTCH
    from toeleiding.referrals.texts.gate import texts_for

    texts = texts_for([DUTCH, *(one.language for one in people)])
    pages = []
    for one in people:
        parts = [f"*Toeleiding nieuwkomers* \\\n{one.first_name} {one.last_name} \\\n{' '.join(one.lines)}\n"]
        for code in (DUTCH, one.language):
            text = texts[code]
            said = [text.say("beste", naam=one.first_name), f"{text.say('waarom')} {text.say('wie')}"]
            said += [text.say("wanneer_datum", datum=text.day(one.due_on)), text.say("hoe_kop")]
            ways = [f"- {_plain(text.say(key))}" for key in ("hoe_online", "hoe_telefoon", "hoe_samen")]
            ending = [_plain(text.say(key)) for key in ("gevolg_attest", "vragen", "scan")] + [_plain(text.note)]
            body = "\n\n".join([f"= {_plain(text.say('titel'))}", *map(_plain, said), "\n".join(ways), *ending])
            parts.append(f'#text(lang: "{code}", dir: {text.tongue.direction})[\n{body}\n]')
        parts.append(f"#qr-{one.language}")
        pages.append("\n".join(parts))
    codes = {one.language for one in people}
    images = "".join(
        f'#let qr-{code} = image(bytes({_quoted(papers._qr(_SITE, code, "VDAB"))}), format: "svg", '
        'width: 24mm, alt: "QR")\n'
        for code in sorted(codes)
    )
    head = '#set document(title: "Brieven")\n#set page(paper: "a4")\n#set text(size: 10pt, lang: "nl", '
    head += 'font: ("Source Sans 3", "Noto Sans Arabic", "Noto Sans Ethiopic"))\n'
    return head + images + "\n#pagebreak()\n".join(pages)


def _plain(text: str) -> str:
    """The text with the signs of the markup language taken for what they are."""
    return "".join(f"\\{sign}" if sign in "\\#*_`$<>@[]~/" else sign for sign in text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _compile(source: str) -> bytes:
    import typst

    from toeleiding.web.pdf import FONTS

    made: bytes = typst.compile(  # type: ignore[misc]
        source.encode(), font_paths=[str(FONTS)], ignore_system_fonts=True, pdf_standards=["ua-1"], timestamp=0
    )
    return made


def _timed(what: Any) -> float:
    start = perf_counter()
    assert what().startswith(b"%PDF")
    return perf_counter() - start
