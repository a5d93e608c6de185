"""The gallery: a worklist, a dossier and every component, made of the real templates with fictitious data.

Pages are handed to Chromium over an intercepted address with the real security policy, so no server is needed.
"""

import datetime as dt
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django import forms as django_forms
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, Engine, RequestContext
from django.test import RequestFactory

from toeleiding.web import context, forms, views
from toeleiding.web.templatetags import tn

WEB = Path(context.__file__).parent
HERE = Path(__file__).parent
ORIGIN = "http://toeleiding.test"
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"

ENGINE = Engine(
    dirs=[str(HERE / "templates")],
    app_dirs=True,
    builtins=["toeleiding.web.templatetags.tn"],
    context_processors=[
        "django.template.context_processors.csrf",
        "django.template.context_processors.request",
    ],
    libraries={"static": "django.templatetags.static", "tn": "toeleiding.web.templatetags.tn"},
)

MENU = [
    {
        "title": "Mijn werk",
        "items": [
            {"label": "Werklijst", "url": "/werklijst", "key": "w", "icon": "list", "count": 37, "current": True},
            {"label": "Dossiers", "url": "#", "icon": "folder"},
            {"label": "Afspraken", "url": "#", "icon": "calendar", "count": 4},
            {"label": "Gezamenlijke klanten", "url": "#", "icon": "users", "count": 128},
        ],
    },
    {
        "title": "Samen met partners",
        "items": [
            {"label": "Doorverwijzingen", "url": "#", "icon": "send", "count": 9},
            {"label": "Proeftuinen", "url": "#", "icon": "flask"},
            {"label": "Vervolgtrajecten", "url": "#", "icon": "route"},
        ],
    },
    {
        "title": "Opvolgen",
        "items": [
            {"label": "Indicatoren", "url": "#", "icon": "chart"},
            {"label": "Plan van aanpak", "url": "#", "icon": "star"},
            {"label": "Uitwisseling KBI", "url": "#", "icon": "arrows", "count": 2, "urgent": True},
        ],
    },
]
WHO = {
    "name": "Nadia Verlinden",
    "initials": "NV",
    "role": "Trajectbegeleider",
    "organisation": "AgII Mechelen",
    "roles": [{"value": 7, "label": "Teamleider, AgII Mechelen"}],
    "recent": [{"url": "#", "label": "Samira Haddad"}],
}
STEPS = [
    {"label": "Contract", "small": "21 sep", "status": "klaar"},
    {"label": "Werksituatie", "small": "21 sep, werkt niet", "status": "klaar"},
    {"label": "VDAB nagaan", "small": "24 sep, niet gekend", "status": "klaar"},
    {"label": "Toelichting", "small": "1 okt, in het Arabisch", "status": "klaar"},
    {"label": "Inschrijving", "small": "niet voltooid", "status": "nu"},
    {"label": "Opvolging", "small": "nog niet gestart", "status": "later"},
]
SKIPPED_STEPS = [
    {**STEPS[0]},
    {**STEPS[1]},
    {**STEPS[2]},
    {"label": "Toelichting", "status": "overgeslagen"},
    {"label": "Inschrijving", "status": "overgeslagen"},
    {"label": "Opvolging", "small": "ingeschreven", "status": "nu"},
]


@dataclass
class Row:
    naam: str
    nr: str
    taal: str
    stap: str
    stapnr: int
    dagen: int
    pil: str
    toon: str
    actie: str
    icoon: str = ""
    te_laat: bool = False


# fmt: off
ROWS = [
    Row("Samira Haddad", "TN-2026-04418", "Arabisch", "Inschrijving VDAB", 5, -4, "Niet ingeschreven", "fout",
        "Plan ondersteuning", te_laat=True),
    Row("Oleksii Bondarenko", "TN-2026-04502", "Oekraïens", "VDAB-status nagaan", 3, 6, "Antwoord verwacht",
        "letop", "Vraag status op"),
    Row("Yonas Tesfay", "TN-2026-04377", "Tigrinya", "Toelichting geven", 4, 11, "Niet gekend", "neutraal",
        "Geef toelichting"),
    Row("Mina Rahimi", "TN-2026-04561", "Dari", "Werksituatie nagaan", 2, 38, "Nog niet nagegaan", "neutraal",
        "Vul werksituatie in"),
    Row("Ahmet Yıldız", "TN-2026-04290", "Turks", "Opvolging", 6, 27, "Ingeschreven", "goed",
        "Bekijk terugmelding"),
    Row("Fadumo Warsame", "TN-2026-04533", "Somali", "Toelichting geven", 4, 33, "Niet gekend", "neutraal",
        "Geef toelichting"),
    Row("Elena Popescu", "TN-2026-04198", "Roemeens", "Opvolging", 6, 41, "Gezamenlijke klant", "paars",
        "Volg afspraak op"),
    Row("Zarghuna Stanikzai", "TN-2026-04570", "Pasjtoe", "Contract getekend", 1, 58, "Nog niet nagegaan",
        "neutraal", "Start opvolging"),
]
# fmt: on


class ReferralForm(forms.Form):
    how = django_forms.ChoiceField(
        label="Hoe wil Yonas ingeschreven worden?",
        help_text="Kies wat het beste past bij zijn taal en digitale vaardigheden.",
        choices=[
            ("zelf", "Zelf online"),
            ("samen", "Samen met de trajectbegeleider"),
            ("bel", "Telefonisch bij VDAB"),
        ],
        widget=forms.ChoiceCards({"zelf": "Met itsme of eID", "samen": "Op kantoor, met tolk Tigrinya"}),
    )
    phone = django_forms.CharField(
        label="Telefoonnummer",
        help_text="De bemiddelaar belt op dit nummer.",
        min_length=9,
        error_messages={"min_length": "Vul een telefoonnummer in, zoals 0470 12 34 56."},
        widget=django_forms.TextInput({"inputmode": "tel", "autocomplete": "off", "data-kort": ""}),
    )
    talked_on = forms.DateField(label="Datum van het gesprek")
    born = forms.IncompleteDateField(label="Geboortedatum", help_text="Dag en maand mogen leeg blijven.")
    note = django_forms.CharField(
        label="Waarmee kan VDAB meteen aan de slag?",
        required=False,
        widget=django_forms.Textarea({"rows": 3}),
    )
    told = django_forms.BooleanField(label="Yonas weet wat VDAB te zien krijgt")


def render(template: str, **values: Any) -> str:
    """One page as HTML, as a case worker in the exercise environment gets it."""
    request = RequestFactory().get("/werklijst?taal=ar")
    values = {
        "versie": context.VERSION,
        "oefenomgeving": True,
        "bijgewerkt": dt.datetime(2026, 11, 24, 14, 2),
        "menu": MENU,
        "wie": WHO,
        "meldingen": 3,
        **values,
    }
    return ENGINE.get_template(template).render(RequestContext(request, values))


def pages() -> dict[str, str]:
    """Every page of the gallery: address to HTML."""
    form = ReferralForm({"how": "samen", "phone": "0470 12", "born_dag": "3"})
    rows = Paginator([*ROWS, *ROWS, *ROWS], 8).page(1)
    messages = [Message(SUCCESS, "Toegewezen aan Nadia.", extra_tags="undo:/ongedaan/1")]
    return {
        "/werklijst": render("galerij/werklijst.html", rijen=ROWS, pagina=rows),
        "/dossier": render("galerij/dossier.html", stappen=STEPS),
        "/onderdelen": render(
            "galerij/onderdelen.html", form=form, stappen=SKIPPED_STEPS, iconen=sorted(tn.ICONS), messages=messages
        ),
        "/toegankelijkheid": render("web/toegankelijkheid.html", feiten=views.accessibility_facts()),
        "/privacyverklaring": render("web/privacyverklaring.html"),
        "/hulp": render("web/hulp.html"),
        "/sneltoetsen": render("web/sneltoetsen.html"),
        "/403": render("403.html"),
        "/404": render("404.html"),
        "/409": render("409.html", verschillen="/x"),
        "/500": ENGINE.get_template("500.html").render(Context({"code": "ABCD-23"})),
        "/bezoeker": render("404.html", menu=[], wie={}),
    }


def answer(route: Any, html: dict[str, str]) -> None:
    """Answer a request of the browser from the gallery and the static files; anything else is refused."""
    path = urlsplit(route.request.url).path
    static = WEB / path.lstrip("/")
    if path in html:
        headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
        route.fulfill(body=html[path], headers=headers)
    elif path.startswith("/static/") and static.is_file():
        route.fulfill(body=static.read_bytes(), content_type=mimetypes.guess_type(path)[0] or "font/woff2")
    elif path == "/zoek":
        route.fulfill(body='<ul><li><a href="/dossier">Samira Haddad</a></li></ul>', content_type="text/html")
    elif path == "/meldingen/bel":
        route.fulfill(
            body='<a class="icoonknop" id="bel" href="/meldingen" aria-label="Meldingen"></a>', content_type="text/html"
        )
    else:
        route.abort()
