"""The template tags and filters of this product: a one-minute reference. They are loaded everywhere.

A page extends base.html (base_leeg.html for sign-in and public pages) and fills the blocks `titel` and `inhoud`;
`mainklasse` may say "smal". "Fout: " comes before the title by itself when the form is called `form`; with another
name fill the block `fout`. POST through htmx belongs in a form with its csrf_token.

Shown small (all made in Python and cached where the words decide the result, so cheap in a row):

    {% icoon "calendar" %}                       line icon; names are the symbols in templates/_iconen.svg
    {% pil "Niet gekend" %}                      pill: icon + words; tones neutraal info goed letop fout paars
    {% pil "Ingeschreven" "goed" %}              each tone has its own icon ...
    {% pil "Antwoord verwacht" "letop" "clock" %}  ... unless you name one
    {% termijn 11 %}  {% termijn -4 60 True %}   sentence + bar: days left, length of the term, overdue.
                                                 Overdue comes from the decision: without it a term that has
                                                 passed reads "termijn voorbij", never "te laat".
    {% termijn None zonder="start bij contract" %}   no term: "geen termijn", or the words you give
    {% ministapjes 4 %}                          six blocks: 1 to 3 done, 4 now; 7 = all done
    {% ministapjes 6 "45" %}                     steps 4 and 5 skipped

Shown once or a few times a page:

    {% stapbalk stappen %}       list of objects or dicts: label, small, status klaar|nu|overgeslagen|later
    {% tegel 3 "Termijn voorbij" "meer dan 60 dagen" "/werklijst?termijn=voorbij" "fout" %}
                                 tones: fout letop info goed or none; actief=True marks the chosen one
    {% leeg "Niets te doen. Je bent helemaal bij." "Bekijk opvolging" "/werklijst?tab=opvolging" %}
    {% melding "VDAB is nu niet bereikbaar." "letop" titel="Later opnieuw" %}
    {% meldingvak "info" titel="..." %} any markup {% endmeldingvak %}
    {% filterchip "Taal" actief=True %} checkboxes and a button {% endfilterchip %}
    {% uitklap "Meer acties" %} <ul class="menulijst">...</ul> {% enduitklap %}
    {% bulkbalk %} buttons {% endbulkbalk %}     inside the form around the table; row boxes carry data-rij
    {% foutenlijst form %}       error summary of one form (or several); nothing when there are no errors
    {% include "web/_pager.html" with pagina=page_obj %}   "1 tot 25 van 312", keeps the filters of the URL

Filters:

    {{ d|datum }} 24 november 2026     {{ d|datumkort }} 24 nov (year when not this year)
    {{ t|tijdstip }} 24 november om 14.02 uur     {{ t|tijd }} 14.02 uur     {{ d|weekdag }} dinsdag
    {{ 1234|getal }} 1.234   {{ 3.14159|getal:1 }} 3,1   {{ 0.78|procent }} 78 %   {{ 4|dagen }} 4 dagen
    {{ "0470123456"|telefoon }} 0470 12 34 56     {{ "1990-00-00"|geboortedatum }} 1990, dag en maand onbekend
    {{ message|ongedaan }} the undo address of a message made by web.toasts.toast

A date or number that is None or "" gives "" (so write {{ d|datum|default:"nog niet bekend" }}).

Comfort by attribute (tn.js; the page works without):

    data-rij, data-alle          row boxes and the box that ticks all; data-actie the row's main button (key a)
    data-print hidden            a print button, shown only when it can work
    data-meld="Antwoord van VDAB ontvangen"   said aloud when htmx swaps this in
    hx-get="..." hx-trigger="every 3s" hx-swap="outerHTML"   polling; it rests while the tab is hidden

`/zoek` answers htmx (request.htmx) with a fragment for the palette: `<h2>Personen</h2><ul><li><a href=...>` and
so on, and a whole page otherwise, with the same list inside `<div class="resultaten">`.

CSS worth knowing: .kaart > header + .in, .titelrij, .kruimel, .tabs, .balk, .twee (+ .stapel aside), .feiten,
.tijdlijn > li > .bol (--goed --letop --fout --paars --neutraal), .volgende, .vouw (fold-out), .knoppen,
.eind (pushed to the end), .klein .stil .vet .vh (visually hidden), table.alskaart (worklist: 7 columns) and
table.stapeltabel (td data-label).
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from toeleiding.web import dates

log = structlog.get_logger(__name__)
register = template.Library()

SPRITE = Path(__file__).parent.parent / "templates" / "_iconen.svg"
ICONS = frozenset(re.findall(r'id="i-([a-z-]+)"', SPRITE.read_text(encoding="utf-8")))

TONE_ICONS = {
    "neutraal": "clock",
    "info": "info",
    "goed": "check",
    "letop": "clock",
    "fout": "alert",
    "paars": "users",
}
ALERT_ICONS = {"info": "info", "goed": "check", "letop": "alert", "fout": "alert"}
# The caches below are typed: a literal of a template is safe text and the same words from a person are not.
STEP_WORDS = {"klaar": "klaar", "nu": "nu bezig", "overgeslagen": "niet nodig", "later": "later"}

# From this many days before the end the bar turns orange (EXPERIENCE 3.5).
NEARLY_DUE_DAYS = 14


def _tone(toon: str, known: Mapping[str, str]) -> str:
    if toon not in known:
        raise ValueError(f"Onbekende toon {toon!r}. Kies uit: {', '.join(known)}.")
    return toon


@register.simple_tag
@lru_cache(maxsize=256, typed=True)
def icoon(naam: str, klasse: str = "") -> SafeString:
    """An icon of the sprite; it is silent for screen readers, the words stand beside it.

    An unknown name draws nothing and is logged once: no page may fail for want of a decoration.
    """
    if naam not in ICONS:
        log.warning("icon_unknown", icon=naam)
        return mark_safe("")
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="#i-{}"/></svg>', f" {klasse}" if klasse else "", naam
    )


@register.simple_tag
@lru_cache(maxsize=1024, typed=True)
def pil(tekst: str, toon: str = "neutraal", icoon_naam: str = "") -> SafeString:
    """A pill: always an icon and words, so that colour is never the only sign."""
    tone = _tone(toon or "neutraal", TONE_ICONS)
    css = "pil" if tone == "neutraal" else f"pil pil--{tone}"
    return format_html('<span class="{}">{}{}</span>', css, icoon(icoon_naam or TONE_ICONS[tone]), tekst)


@register.simple_tag
@lru_cache(maxsize=2048, typed=True)
def termijn(
    dagen_over: int | None, totaal: int | None = 60, te_laat: bool = False, zonder: str = "geen termijn"
) -> SafeString:
    """The term as a sentence and a bar that fills up.

    `dagen_over` in calendar days (negative = past), `totaal` the length of the term in days, `te_laat` as the
    decision says it: somebody at work or registered is never late, however long ago the term ended.
    """
    if dagen_over is None:
        return format_html('<div class="termijn termijn--geen">{}</div>', zonder)
    if te_laat:
        css, words, used = " termijn--fout", f"{dates.days(-dagen_over)} te laat", 100
    elif dagen_over < 0:
        return mark_safe('<div class="termijn termijn--geen">termijn voorbij</div>')
    else:
        total = max(totaal or 60, 1)
        used = min(100, max(0, round(100 * (total - dagen_over) / total)))
        css = " termijn--letop" if dagen_over <= NEARLY_DUE_DAYS else ""
        words = "vandaag laatste dag" if dagen_over == 0 else f"nog {dates.days(dagen_over)}"
    return format_html(
        '<div class="termijn{}"><b>{}</b><svg class="baan" viewBox="0 0 100 6" preserveAspectRatio="none"'
        ' aria-hidden="true"><rect width="{}" height="6"/></svg></div>',
        css,
        words,
        used,
    )


@register.simple_tag
@lru_cache(maxsize=256, typed=True)
def ministapjes(nr: int, overgeslagen: str = "") -> SafeString:
    """Six blocks for the six steps; the name of the step stands in text above them."""
    blocks = "".join(
        '<i class="o"></i>'
        if str(step) in overgeslagen
        else '<i class="k"></i>'
        if step < nr
        else '<i class="n"></i>'
        if step == nr
        else "<i></i>"
        for step in range(1, 7)
    )
    return mark_safe(f'<div class="stapjes" aria-hidden="true">{blocks}</div>')  # noqa: S308 - no text from outside


def _field(item: Any, name: str, missing: Any = "") -> Any:
    return item.get(name, missing) if isinstance(item, Mapping) else getattr(item, name, missing)


@register.simple_tag
def stapbalk(stappen: Iterable[Any]) -> SafeString:
    """The bar of six steps. Each prints its own date or words; a skipped step says so in words."""

    def step(item: Any) -> SafeString:
        status = _tone(_field(item, "status", "later"), STEP_WORDS)
        small = _field(item, "small") or ("niet nodig" if status == "overgeslagen" else "")
        return format_html(
            '<li{}{}>{}<span class="vh">, {}</span>{}</li>',
            "" if status == "later" else format_html(' class="{}"', status),
            mark_safe(' aria-current="step"') if status == "nu" else "",
            _field(item, "label"),
            STEP_WORDS[status],
            format_html("<small>{}</small>", small) if small else "",
        )

    return format_html('<ol class="stappen">{}</ol>', format_html_join("", "{}", ((step(s),) for s in stappen)))


@register.simple_tag
def tegel(getal: Any, label: str, klein: str, url: str, toon: str = "", actief: bool = False) -> SafeString:
    """A tile: number first, and a link to the list that the number counts."""
    return format_html(
        '<a class="tegel{}" href="{}"{}><b>{}</b><span>{}</span>{}</a>',
        f" tegel--{toon}" if toon else "",
        url,
        mark_safe(' aria-current="true"') if actief else "",
        dates.number(getal) if isinstance(getal, int) else getal,
        label,
        format_html("<small>{}</small>", klein) if klein else "",
    )


@register.simple_tag
def leeg(zin: str, actie: str = "", url: str = "") -> SafeString:
    """An empty state: one sentence and one action."""
    button = format_html('<a class="knop knop--2" href="{}">{}</a>', url, actie) if actie else ""
    return format_html('<div class="leeg"><p>{}</p>{}</div>', zin, button)


def _alert(content: Any, toon: str, titel: str, rol: str) -> SafeString:
    tone = _tone(toon, ALERT_ICONS)
    role = rol or ("alert" if tone == "fout" else "")
    return format_html(
        '<div class="melding melding--{}"{}>{}<div>{}{}</div></div>',
        tone,
        format_html(' role="{}"', role) if role else "",
        icoon(ALERT_ICONS[tone]),
        format_html("<h2>{}</h2>", titel) if titel else "",
        content,
    )


@register.simple_tag
def melding(tekst: str, toon: str = "info", titel: str = "", rol: str = "") -> SafeString:
    """A notice in the page. Tones: info goed letop fout; fout is announced at once."""
    return _alert(format_html("<p>{}</p>", tekst), toon, titel, rol)


@register.simple_block_tag
def meldingvak(content: str, toon: str = "info", titel: str = "", rol: str = "") -> SafeString:
    """A notice with markup of your own inside."""
    return _alert(content, toon, titel, rol)


@register.simple_block_tag
def filterchip(content: str, label: str, actief: bool = False) -> SafeString:
    """A filter that folds open without JavaScript; `data-filter` lets tn.js send the form on a change."""
    return format_html(
        '<details class="uitklap" name="filter"><summary class="veldklein{}">{}{}{}</summary>'
        '<div class="uitklapvak" data-filter>{}</div></details>',
        " veldklein--aan" if actief else "",
        icoon("filter") if actief else "",
        label,
        icoon("chevron-down", "draai"),
        content,
    )


@register.simple_block_tag
def uitklap(content: str, label: str, klasse: str = "knop knop--2") -> SafeString:
    """A button that folds open a small menu, such as "Meer acties"."""
    return format_html(
        '<details class="uitklap uitklap--eind"><summary class="{}">{}{}</summary>'
        '<div class="uitklapvak">{}</div></details>',
        klasse,
        label,
        icoon("chevron-down", "draai"),
        content,
    )


@register.simple_block_tag
def bulkbalk(content: str, gekozen: int = 0, soort: str = "dossier") -> SafeString:
    """The bar above a list for doing one thing to several rows; tn.js counts and clears the ticks."""
    plural = soort + ("s" if soort[-1] in "ae" or soort.endswith("ier") else "en")
    count = f"{gekozen} {soort if gekozen == 1 else plural} gekozen" if gekozen else f"Vink {plural} aan"
    return format_html(
        '<div class="bulk" data-bulk data-een="{}" data-veel="{}">'
        '<span role="status" data-bulktelling>{}</span>{}'
        '<button class="knop knop--klein knop--3" type="reset" data-bulkwis>'
        "Maak keuze ongedaan</button></div>",
        soort,
        plural,
        count,
        content,
    )


@register.simple_tag
def foutenlijst(*forms: Any) -> SafeString:
    """The error summary: on top of the page, announced, each line a link to its field with the same words."""
    found = [error for form in forms if form is not None for error in form.error_links()]
    for form in filter(None, forms):
        form.summary_shown = True
    if not found:
        return mark_safe("")
    links = ((format_html('<a href="#{}">{}</a>', at, words) if at else words,) for at, words in found)
    title = "Controleer 1 vraag" if len(found) == 1 else f"Controleer {len(found)} vragen"
    return format_html(
        '<div class="melding melding--fout" role="alert" tabindex="-1" id="fouten">{}'
        "<div><h2>{}</h2><ul>{}</ul></div></div>",
        icoon("alert"),
        title,
        format_html_join("", "<li>{}</li>", links),
    )


@register.filter(is_safe=False)
def datum(value: dt.date | None) -> str:
    return dates.long_date(value) if value else ""


@register.filter
def datumkort(value: dt.date | None) -> str:
    return dates.short_date(value) if value else ""


@register.filter
def tijdstip(value: dt.datetime | None) -> str:
    return dates.moment(value) if value else ""


@register.filter
def tijd(value: dt.datetime | dt.time | None) -> str:
    return "" if value in (None, "") else dates.clock(value)


@register.filter
def weekdag(value: dt.date | None) -> str:
    return dates.WEEKDAYS[dates.local_day(value).weekday()] if value else ""


@register.filter
def getal(value: Decimal | float | int | None, decimalen: int = 0) -> str:
    return "" if value in (None, "") else dates.number(value, decimalen)


@register.filter
def procent(value: Decimal | float | None, decimalen: int = 0) -> str:
    """A share of 1 as a percentage."""
    return "" if value in (None, "") else dates.percent(value, decimalen)


@register.filter
def dagen(value: int | None) -> str:
    return "" if value is None else dates.days(value)


@register.filter
def telefoon(value: str | None) -> str:
    return dates.phone(value) if value else ""


@register.filter
def geboortedatum(value: dt.date | str | None) -> str:
    return dates.birth_date(value) if value else ""


@register.filter
def ongedaan(message: Any) -> str:
    """The address that undoes what a message tells about, or "" when it cannot be undone."""
    found = re.search(r"(?:^|\s)undo:(/\S*)", message.extra_tags or "")
    return found[1] if found else ""
