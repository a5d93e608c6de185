"""Every page of the product, found by its address pattern, for every role that may open it.

Points 12 (axe and no sideways scroll at three widths), 13 (Dutch only, errors that say what to do) and 14 (nothing of
another machine, a strict policy) of EXPERIENCE 8 are proven here for all pages; the other points in test_acceptance.py.
"""

import re
from collections.abc import Callable, Iterator
from itertools import product as combinations
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Browser, Page

from tests.client_lists import files
from toeleiding.cli.simulate import WITHOUT_DOSSIER
from toeleiding.law import IN_FORCE
from toeleiding.organisations.models import Role
from toeleiding.simulator import population, referring
from toeleiding.web import guide

from . import pictures
from .desk import WIDTHS, Desk, answered, practice_cases, unclean, wait_until
from .product import Product
from .words import CODES, SAYS_WHAT_TO_DO, STIFF, WRITTEN, english_in

pytestmark = pytest.mark.browser

# Nothing of another machine, nothing inline: with the network unplugged every page is the same (EXPERIENCE 8.14).
POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "base-uri 'none'",
}
# What stands on a page, without what differs with each request or with who looks.
CONTENT = """() => {
  const main = document.querySelector('main').cloneNode(true);
  main.querySelectorAll('[name=csrfmiddlewaretoken], .kruimel').forEach(one => one.remove());
  return main.innerHTML;
}"""
# Who signs in for a role; the first of a role when it is not here.
WHO = {Role.CASE_WORKER: "Nadia Verlinden", Role.TEAM_LEAD: "AgII", Role.VDAB_COUNSELLOR: "Mechelen"}
SPECIAL = (
    "VDAB kent de persoon niet, wel een bewijs",
    "VDAB niet bereikbaar",
    "Woont in Brussel",
    "Opgeschorte termijn",
    "Vast werk",
)
# On these pages a counsellor looks at so many of the special cases too.
IN_MANY_CASES = {"/dossiers/N": 5, "/dossiers/N/vdab": 3, "/dossiers/N/uitleg": 5}
SHOWN_RULES = ["R-05", "R-10", "W-05"]  # a term, one with a value per period, an assumption
# Two dossiers of one person have to be made first: tests/dossiers/test_merging_browser.py looks at these.
SEEN_THERE = {
    "dossiers/samenvoegen/<int:key>",
    "dossiers/<dossiernummer:number>/splitsen/<int:event>",
    "stop/<str:token>",  # the same
    "m/<str:token>",  # in the language of the client: tests/browser/test_client_page.py
}
# Open to all and help themselves.
WITHOUT_HELP = ("/hulp", "/sneltoetsen", "/toegankelijkheid", "/privacyverklaring", "/aanmelden", "/info/")
NOTHING_FOUND = "?q=zzzzzz&gemeente=Nergensstad"


def patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address pattern of the product, in one string, with its view."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, before + str(entry.pattern))
        else:
            yield before + str(entry.pattern), entry


def who_may_open() -> Iterator[Any]:
    """Each pattern with each role that its view lets in; `None` is a visitor who did not sign in."""
    for address, entry in patterns():
        if address in SEEN_THERE:
            continue
        roles = getattr(entry.callback, "roles", None)
        for role in [None] if roles is None else sorted(roles):
            yield pytest.param(address, role, id=f"{address or 'begin'}-{role or 'bezoeker'}")


PARAMETER = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>|\(\?P<([a-z_]+)>(?:[^()]|\([^()]*\))*\)")


def parameters(address: str) -> list[str]:
    return [one or other for one, other in PARAMETER.findall(address)]


def fill(address: str, values: dict[str, str]) -> str:
    filled = PARAMETER.sub(lambda found: values[found.group(1) or found.group(2)], address)
    return "/" + re.sub(r"[\^$]", "", filled)


class Examples:
    """Values with which the parameters of an address are filled: real ones, with much data and with hardly any."""

    def __init__(self, desks: Callable[[str | None], Desk]) -> None:
        counsellor = desks(Role.CASE_WORKER)
        cases = practice_cases(counsellor)
        self.special = [cases[words] for words in SPECIAL]
        self.full = cases["Vervallen inschrijving, categorie 93 niet bevestigd"]
        self.bare = self._bare_dossier(counsellor)
        page = counsellor.open(f"/dossiers/{self.full}")
        self.event = (page.locator("a[href*='/rechtzetting/']").first.get_attribute("href") or "").rsplit("/", 1)[-1]
        self.draft = self._tried_draft(desks(Role.PROJECT_LEAD))
        self.shared = self._joint_client(desks(Role.VDAB_COUNSELLOR))
        for case in (self.full, cases["VDAB weigert het antwoord"]):
            self._asked(counsellor, case)
        self.question = self._question(desks(Role.DPO))
        self.upload = self._uploaded(desks(Role.TEAM_LEAD))
        self.referral = self._received(desks(Role.VDAB_COUNSELLOR))
        self.incoming = self._referred_to_us(counsellor)
        listed = desks(Role.DPO).open("/uitwisseling/ontvangen").locator("main td a").first
        self.message = (listed.get_attribute("href") or "").rsplit("/", 1)[-1]
        self.appointment, self.token = self._agenda(counsellor)
        self.action = self._planned(desks(Role.EXCHANGE_OPERATOR))
        self.rules = sorted({type(rule.value): rule.id for rule in IN_FORCE.rules}.values())

    @staticmethod
    def _agenda(desk: Desk) -> tuple[str, str]:
        """An appointment of the counsellor, and the address from which a calendar reads."""
        page = desk.open("/afspraken")
        link = page.get_by_role("link", name="Wijzig of annuleer").first.get_attribute("href") or ""
        page.get_by_role("button", name="Maak mijn adres").click()
        shown = page.locator("code.adres").inner_text()
        return link.rsplit("/", 1)[-1], shown.rsplit("/", 1)[-1].removesuffix(".ics")

    @staticmethod
    def _bare_dossier(desk: Desk) -> str:
        """A dossier of which only the name is known."""
        page = desk.open("/dossiers/nieuw")
        hand = page.locator("#met-de-hand")
        hand.get_by_label("Voornaam").fill("Zonder")
        hand.get_by_label("Achternaam").fill("Gegevensvoorbeeld")
        hand.get_by_role("button", name="Maak dossier").click()
        page.wait_for_url(re.compile(r"/dossiers/TN-\d+-\d+$"))
        return page.url.rsplit("/", 1)[-1]

    @staticmethod
    def _joint_client(desk: Desk) -> str:
        """A dossier that VDAB may see too."""
        row = desk.open("/dossiers").locator("main tbody tr").first
        return re.findall(r"TN-\d+-\d+", row.inner_text())[0]

    @staticmethod
    def _asked(desk: Desk, number: str) -> None:
        """Ask VDAB and see that there is an answer, or a failure with its cause."""
        page = desk.open(f"/dossiers/{number}/vdab")
        page.get_by_role("button", name="Vraag status op").first.click()
        page.get_by_text("De vraag is gesteld").wait_for()
        wait_until(lambda: "Antwoord verwacht" not in desk.open(f"/dossiers/{number}/vdab").inner_text("main"), page)

    def _question(self, desk: Desk) -> str:
        """The question that was asked last about the dossier with much data."""
        link = desk.open(f"/dossiers/{self.full}/berichten").locator("a[href^='/uitwisseling/berichten/']").first
        return (link.get_attribute("href") or "").rsplit("/", 1)[-1]

    @staticmethod
    def _uploaded(desk: Desk) -> str:
        """A list with a row in error and a new person."""
        page = desk.open("/lijsten/nieuw")
        content = files.text(
            [("123", "Fout", "Voorbeeldma", *[""] * 5), ("", "Nieuw", "Lijstma", "3/5/1990", *[""] * 4)]
        )
        page.get_by_label("Bestand").set_input_files({"name": "lijst.csv", "mimeType": "text/csv", "buffer": content})
        page.get_by_role("button", name="Laad op").click()
        page.get_by_role("heading", name="lijst.csv").wait_for()
        return page.url.rsplit("/", 1)[-1]

    @staticmethod
    def _planned(desk: Desk) -> str:
        """A measure that became an improvement action."""
        page = desk.open("/uitwisseling/kwaliteit")
        page.get_by_role("button", name="Bereken nu").click()
        page.get_by_text("De kwaliteit is opnieuw berekend").wait_for()
        page = desk.open("/uitwisseling/kwaliteit/acties/nieuw?meting=FRESH&agentschap=agii")
        page.get_by_label("Wat gaan we doen?").fill("Vaker opnieuw vragen")
        page.get_by_label("Wie volgt dit op?").select_option(index=1)
        page.get_by_label("Tegen wanneer?").fill("1/12/2030")
        page.get_by_role("button", name="Zet in het plan").click()
        page.get_by_role("heading", name="Vaker opnieuw vragen").wait_for()
        return page.url.rsplit("/", 1)[-1]

    @staticmethod
    def _tried_draft(desk: Desk) -> str:
        """A draft that changes a rule, and that was tried on everybody."""
        page = desk.open("/regels/concept/nieuw")
        page.get_by_label("Naam van je voorstel").fill("langere-termijn")
        page.locator("main form button.knop").last.click()
        page.wait_for_url(re.compile("/regels/concept/langere-termijn$"))
        desk.open("/regels/concept/langere-termijn/R-05")
        page.get_by_label(re.compile("dagen|termijn", re.IGNORECASE)).first.fill("75")
        page.get_by_label("Waarom verander je dit?").fill("Nagaan wie er baat bij heeft.")
        page.locator("main form button.knop").last.click()
        page.wait_for_url(re.compile("/regels/concept/langere-termijn$"))
        desk.open("/regels/concept/langere-termijn/proef")
        page.locator("main form[method=post] button.knop").first.click()
        wait_until(lambda: "verander" in desk.open("/regels/concept/langere-termijn/proef").inner_text("main"), page)
        return "langere-termijn"

    @staticmethod
    def _received(desk: Desk) -> str:
        """A referral that waits at VDAB."""
        link = desk.open("/vdab/inbox").locator(".verwijslijst a").first
        return (link.get_attribute("href") or "").rsplit("/", 1)[-1]

    @staticmethod
    def _referred_to_us(desk: Desk) -> str:
        """A referral of VDAB about somebody without a dossier."""
        somebody = population.number_of(WITHOUT_DOSSIER + 1)
        (done,) = referring.refer(
            f"{desk.address}/magda/toeleiding", [somebody], population.DEFAULT_SEED, population.CAPACITY
        )
        assert done.accepted, done.why
        return done.id

    def fillings(self, address: str, role: str | None) -> list[dict[str, str]]:
        """All the ways in which somebody visits an address; the counsellor sees the special cases too."""
        wanted = parameters(address)
        special = 0
        if role == Role.CASE_WORKER and wanted == ["number"]:
            special = IN_MANY_CASES.get(fill(address, {"number": "N"}), 0)
        kinds = {
            "number": [self.shared]
            if role == Role.VDAB_COUNSELLOR
            else [self.full, self.bare, *self.special[:special]],
            "rule": self.rules if "name" in wanted else SHOWN_RULES,
            "name": [self.draft],
            "event": [self.event],
            "question": [self.question],
            "message": [self.message],
            "key": ["1"],
            "upload": [self.upload],
            "code": ["NUMBER", "FRESH"],
            "action": [self.action],
            "line": ["2", "3"],
            "part": ["wie", "werk", "plannen"],
            "referral": [self.referral if role == Role.VDAB_COUNSELLOR else self.incoming],
            "appointment": [self.appointment],
            "token": [self.token],
            "username": ["agii-001"],
            "agreement": [self.appointment],  # only for sending
            "batch": [self.appointment],
            "notice": ["1"],  # only for sending
            "absence": ["1"],  # only for sending
            "kind": ["pdf", "xlsx"],
            "chapter": guide.chapters(),
            "language": ["nl"] if role is None else ["nl", "ar"],
        }
        assert set(wanted) <= set(kinds), f"{address}: zeg in Examples waarmee deze bladzijde gevuld wordt"
        if "event" in wanted:
            kinds["number"] = [self.full]  # the event is one of this dossier
        return [dict(zip(wanted, values, strict=True)) for values in combinations(*(kinds[name] for name in wanted))]


@pytest.fixture(scope="module")
def desks(product: Product, chromium: Browser) -> Iterator[Callable[[str | None], Desk]]:
    """One desk per role, signed in once; `None` is a visitor."""
    taken: dict[str | None, Desk] = {}

    def of(role: str | None) -> Desk:
        if role not in taken:
            taken[role] = Desk(chromium, product.address)
            if role is not None:
                taken[role].sign_in(Role(role).label, WHO.get(Role(role), ""))
        return taken[role]

    yield of
    for desk in taken.values():
        desk.close()


@pytest.fixture(scope="module")
def examples(desks: Callable[[str | None], Desk]) -> Examples:
    return Examples(desks)


def troubles(page: Page, known: set[str] | None = None) -> list[Any]:
    """Everything that is not right with the page that is open, at each width.

    `known` holds the contents that axe saw before: most pages are the same for several roles.
    """
    found: list[Any] = []
    if not page.title().endswith("Toeleiding nieuwkomers"):
        found.append(("title", page.title()))
    if (headings := page.locator("h1").count()) != 1:
        found.append(("h1", headings))
    if (language := page.locator("html").get_attribute("lang")) != "nl":
        found.append(("lang", language))
    written = page.evaluate(WRITTEN)
    found += [("english", word) for word in english_in(written)]
    found += [("stiff", said.group()) for said in STIFF.finditer(written)]
    found += [("code", said.group()) for said in CODES.finditer(written)]
    content = page.evaluate(CONTENT)
    if known is not None and content in known:
        return found
    found += unclean(page)
    if known is not None and not found:
        known.add(content)
    return found


SEEN: set[str] = set()


def visit(desk: Desk, path: str) -> list[Any]:
    """Open a page and look at it; what is no page (a file, a fragment, only for sending) has nothing to look at."""
    answer = answered(desk, path)
    if answer.status == 405:
        return []
    if answer.status != 200:
        return [("status", answer.status)]
    if not answer.headers.get("content-type", "").startswith("text/html") or "<html" not in answer.text():
        return []
    desk.page.set_viewport_size({"width": WIDTHS[0], "height": 1000})
    found = troubles(desk.open(path), SEEN)
    policy = answer.headers.get("content-security-policy", "")
    if {part.strip() for part in policy.split(";")} != POLICY:
        found.append(("policy", policy))
    if desk.page.locator(".gebruiker .ik").count() and not path.startswith(WITHOUT_HELP):
        found += [("zo werkt het", shown) for shown in [desk.page.locator("details.zowerkt").count()] if shown != 1]
    found += [("console", said) for said in desk.console] + [("elsewhere", url) for url in desk.elsewhere]
    desk.console.clear()
    desk.elsewhere.clear()
    return found


@pytest.mark.parametrize(("address", "role"), list(who_may_open()))
def test_a_page_is_clean_for_who_may_open_it(
    address: str, role: str | None, desks: Callable[[str | None], Desk], examples: Examples
) -> None:
    desk = desks(role)
    paths = [fill(address, values) for values in examples.fillings(address, role)]
    if not parameters(address):
        paths.append(paths[0] + NOTHING_FOUND)
    found = {path: trouble for path in dict.fromkeys(paths) if (trouble := visit(desk, path))}
    assert found == {}


def test_the_looking_itself_sees_what_is_wrong(desks: Callable[[str | None], Desk]) -> None:
    page = desks(None).open("/hulp")
    page.evaluate(
        """() => {
          document.documentElement.lang = 'en';
          document.title = 'Help';
          const main = document.querySelector('main');
          main.append(new Image(), document.createElement('h1'));
          main.insertAdjacentHTML('beforeend', '<p>Please try again</p><p class="wijd">x</p>');
          document.querySelector('.wijd').style.width = '900px';
        }"""
    )
    kinds = {str(trouble[0]) for trouble in troubles(page)}
    assert kinds >= {"title", "h1", "lang", "english", "axe at 1440", "axe at 320", "too wide at 320"}


LISTS = [
    *((Role.CASE_WORKER, f"/werklijst?lijst={tab}") for tab in ("wacht-op-anderen", "in-opvolging", "afgerond")),
    *((Role.CASE_WORKER, f"/werklijst?lijst={tile}") for tile in ("termijn-voorbij", "nieuw-contract")),
    *((Role.EXCHANGE_OPERATOR, f"/uitwisseling?lijst={tab}") for tab in ("wacht", "verwerkt", "tegengehouden")),
    (Role.EXCHANGE_OPERATOR, "/uitwisseling?tabel=1"),
    *((Role.VDAB_COUNSELLOR, f"/vdab/inbox?lijst={tab}") for tab in ("vraag", "aanvaard", "teruggegeven")),
    *((Role.CASE_WORKER, f"/doorverwijzingen?lijst={tab}") for tab in ("bij-vdab", "aanvaard", "voorbij")),
    (Role.CASE_WORKER, "/werklijst?lijst=afspraken-vandaag"),
    (Role.CASE_WORKER, "/gezamenlijke-klanten?lijst=alle"),
    (Role.CASE_WORKER, "/gezamenlijke-klanten?soort=gemist&kantoor=Nergens"),
    (Role.CASE_WORKER, "/afspraken?week=2030-W01"),
    (Role.TEAM_LEAD, "/werklijst/team?print=1"),
    (Role.TEAM_LEAD, "/werklijst/team/overdracht?van=agii-001"),
    (Role.TEAM_LEAD, "/dossiers?collega=agii-001&lijst=termijn-voorbij"),
]


@pytest.mark.parametrize(("role", "path"), LISTS)
def test_every_list_behind_a_tab_is_clean(
    desks: Callable[[str | None], Desk], examples: Examples, role: Role, path: str
) -> None:
    assert visit(desks(role), path) == []


@pytest.mark.parametrize("path", ["/werklijst", "/dossiers", "/zoek?q=haddad", "/dossiers/nieuw"])
def test_the_day_of_who_has_no_dossiers_is_clean(product: Product, chromium: Browser, path: str) -> None:
    desk = Desk(chromium, product.address)
    desk.sign_in(Role.CASE_WORKER.label, "Leidsman")
    assert visit(desk, path) == []
    if path == "/werklijst":
        assert "Niets te doen. Je bent helemaal bij." in desk.page.inner_text("main")
    desk.close()


def test_pages_that_are_not_there_or_not_for_you_are_clean(desks: Callable[[str | None], Desk]) -> None:
    for role, path, words in (
        (None, "/bestaat-niet", "Deze pagina bestaat niet"),
        (Role.CASE_WORKER, "/dossiers/TN-2020-99999", "Deze pagina bestaat niet"),
        (Role.DPO, "/werklijst", "Je mag"),
        (Role.VDAB_COUNSELLOR, "/werklijst", "Je mag"),
    ):
        desk = desks(role)
        page = desk.open(path)
        assert words in page.inner_text("main")
        assert SAYS_WHAT_TO_DO.search(page.inner_text("main"))
        assert troubles(page) == []
        desk.console.clear()  # the browser notes the status 403 or 404 itself


# Every form is sent by tests/site/test_errors_and_words.py. Here is what only a browser sees (the focus, the looks), on
# one of each shape: a form of a dossier, one under a fold-out, one of several on a page, and one that sends a file.
FORMS = [
    (Role.CASE_WORKER, "/dossiers/{full}/rechtzetting/{event}"),
    (Role.CASE_WORKER, "/dossiers/{bare}/vdab#bewijs"),
    (Role.TEAM_LEAD, "/lijsten/nieuw"),
    (Role.VDAB_COUNSELLOR, "/vdab/inbox/{referral}"),
]


@pytest.mark.parametrize(("role", "path"), FORMS)
def test_a_form_that_comes_back_with_errors_is_clean_and_each_error_says_what_to_do(
    desks: Callable[[str | None], Desk], examples: Examples, role: Role, path: str
) -> None:
    """Emptied and sent: the errors stand on top, the focus goes there, and each leads to its field."""
    page = desks(role).open(path.format(**vars(examples)))
    part = page.locator(f"#{path.partition('#')[2]}") if "#" in path else page.locator("main")
    part.locator("details.vouw").evaluate_all("folds => folds.forEach(fold => (fold.open = true))")
    part.evaluate("part => { if (part.tagName === 'DETAILS') part.open = true; }")
    form = part.locator("form[method=post]:has(input:not([type=hidden]), textarea)").first
    for field in form.locator("input[type=text], textarea").all():
        field.fill("")
    form.locator("button.knop").first.click()
    errors = page.locator("#fouten")
    errors.wait_for()
    assert page.title().startswith("Fout: ")
    assert page.evaluate("document.activeElement.id") == "fouten"
    assert errors.locator("a").count() > 0
    for link in errors.locator("a").all():
        assert page.locator((link.get_attribute("href") or "").replace("#", "[id='") + "']").count() == 1
    assert [said for said in errors.locator("li").all_inner_texts() if not SAYS_WHAT_TO_DO.search(said)] == []
    assert troubles(page) == []


def test_the_pictures_of_the_guide_can_be_made(product: Product, chromium: Browser, tmp_path: Any) -> None:
    made = pictures.make(chromium, product.address, tmp_path)
    assert {one.name for one in made} == {one.name for one in pictures.IMAGES.glob("*.png")}
    for one in made:
        assert one.read_bytes().startswith(b"\x89PNG")
        assert 20_000 < one.stat().st_size < 150_000
