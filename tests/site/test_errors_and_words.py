"""Point 13 of EXPERIENCE 8: every form says what to do when it is wrongly filled in, and each concept has one word.

The forms are those that stand on the pages themselves (`walking`); each answer is looked at as the person who made the
mistake would (`judging`). An address that is sent to and was not reached has to be named here, with the reason. The
words are those of `glossary.toml` (EXPERIENCE 5.2).
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from tests.factories import make_staff, sign_in
from tests.site.judging import judge, page
from tests.site.seeds import private_link, sow
from tests.site.test_access_matrix import filled, patterns
from tests.site.walking import Form, forms_in, route, walk, written

from toeleiding.demo.build import build
from toeleiding.organisations.access import Access, access_of
from toeleiding.organisations.models import Role, StaffRole

pytestmark = pytest.mark.django_db
PEOPLE = 60
# The button names the one row it is about; what is ticked in other rows is not asked.
BUTTON_ALONE = {("gezamenlijke-klanten/gezien", "alleen")}

GLOSSARY = tomllib.loads((Path(__file__).parent / "glossary.toml").read_text(encoding="utf-8"))
FOR_NEWCOMERS = ("m/", "info/")
# Why an address that something can be sent to has no form here.
NO_FORM = "reads only; its view does not look at the method"
MACHINE = "sent by a machine or by a script in the page, not by a form"
AFTER = "its button stands only where something else has just succeeded; the tests of its room send it"
RARE = "the demonstration of this test has none of these; the tests of its room send it"
NOT_REACHED = {
    **dict.fromkeys(
        ("", "gezond", "hulp", "hulp/gids", "hulp/gids/<slug:chapter>", "sneltoetsen", "toegankelijkheid",
         "privacyverklaring", "oefengevallen", "rondleiding"), NO_FORM),
    **dict.fromkeys(
        ("magda/toeleiding", "berichten/ontvangst", "dossiers/<dossiernummer:number>/doorverwijzing/bewaar",
         "dossiers/<dossiernummer:number>/intake/<slug:part>/bewaar"), MACHINE),
    **dict.fromkeys(
        ("afspraken/groep/<str:key>/ongedaan", "dossiers/<dossiernummer:number>/ongedaan/<int:event>",
         "dossiers/<dossiernummer:number>/splitsen/<int:event>", "dossiers/nieuw/maak",
         "gezamenlijke-klanten/gezien/<str:key>/ongedaan", "lijsten/<uuid:upload>/ongedaan",
         "m/<str:token>/berichten", "m/<str:token>/hulp", "m/<str:token>/ingeschreven", "samen-kijken/stop",
         "werklijst/overdracht/<int:key>/gelezen", "werklijst/team/overdracht",
         "werklijst/team/overdracht/<uuid:batch>/ongedaan", "werklijst/toewijzing/<str:key>/ongedaan",
         r"^regels/concept/(?P<name>[a-z0-9-]+)/(?P<rule>[A-Z]-[0-9]{2})/terug$",
         r"^regels/concept/(?P<name>[a-z0-9-]+)/proef$", r"^regels/concept/(?P<name>[a-z0-9-]+)/van-kracht$"), AFTER),
    **dict.fromkeys(
        ("doorverwijzingen/<str:referral>", "dossiers/<dossiernummer:number>/berichten/klant/<uuid:message>",
         "dossiers/<dossiernummer:number>/intake/afronden", "dossiers/filters/<int:key>/wis",
         "dossiers/<dossiernummer:number>/opvolging/<uuid:agreement>", "lijsten/<uuid:upload>/kies",
         "stop/<str:token>", "uitwisseling/berichten/<str:question>/inhoud", "uitwisseling/proef",
         "uitwisseling/kwaliteit/acties/<uuid:action>", "uitwisseling/ontvangen/<uuid:message>/inhoud",
         "uitwisseling/vrijgeven", "uitwisseling/wettelijk-logboek"), RARE),
}  # fmt: skip


@dataclass
class Walked:
    sent_to: set[str] = field(default_factory=set)
    forms: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)


def somebody(role: Role) -> Access:
    """The first who holds a role, at the agency or the office with most of the demonstration."""
    held = StaffRole.objects.select_related("staff", "organisation").filter(role=role).order_by("staff__username")
    where = "vdab-mechelen" if role is Role.VDAB_COUNSELLOR else "agii"
    return access_of(held.filter(organisation__code=where).first() or held[0])


@pytest.fixture(scope="module")
def walked(django_db_setup: None, django_db_blocker: pytest.FixtureDef[object]) -> Walked:
    """Every form that somebody of some role finds, sent in every way; nothing of it stays."""
    seen: set[object] = set()
    result = Walked()
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        build(PEOPLE)
        for role in Role:
            access = somebody(role)
            sow(sign_in(Client(), access), access)
        newcomer = private_link(somebody(Role.CASE_WORKER))
        for role in [None, *Role]:
            access = somebody(role) if role else None
            for path, tree in walk(visitor(access), ["/", newcomer] if role is None else ["/"]):
                result.texts[route(path)] = result.texts.get(route(path), "") + written(tree)
                for form in forms_in(path, tree):
                    if form.key not in seen:
                        seen.add(form.key)
                        result.forms += 1
                        result.sent_to.add(route(form.action))
                        result.wrong |= tried(access, form)
        transaction.set_rollback(True)
    return result


def visitor(access: Access | None) -> Client:
    return sign_in(Client(), access) if access else Client()


def tried(access: Access | None, form: Form) -> dict[str, list[str]]:
    """What is wrong with the answers to one form."""
    wrong, who = {}, access.role.value if access else "bezoeker"
    ways = {"empty": form.empty(), "nonsense": form.nonsense()}
    if form.fields and not form.button[0]:
        # What tells the forms of one page apart stays.
        ways["without anything"] = {name: value for name, value in form.hidden if name == "deel"}
    if (route(form.action), form.button[0]) in BUTTON_ALONE:
        del ways["nonsense"]
    for way, sent in ways.items():
        with transaction.atomic():
            client = visitor(access)
            before = page(client, form.page)
            found = judge(client, form, sent, client.post(form.action, sent), before)
            transaction.set_rollback(True)
        if found:
            wrong[f"{who} {form} {way}"] = found
    if form.hidden:
        with transaction.atomic():
            answer = visitor(access).post(form.action, form.forged())
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            wrong[f"{who} {form} forged"] = [f"status {answer.status_code}"]
    return wrong


def test_every_form_sent_empty_or_with_nonsense_says_what_to_do(walked: Walked) -> None:
    assert walked.forms > 80
    assert not walked.wrong, "\n".join(f"{form}: {found}" for form, found in walked.wrong.items())


def accepts_post(role: Role | None, address: str) -> bool:
    """Whether something can be sent to an address: a method that no page knows is answered with those it does."""
    client = Client()
    if role is not None:
        sign_in(client, somebody(role))
    answer = client.generic("PROPFIND", filled(address))
    return answer.status_code != 405 or "POST" in answer["Allow"]


@pytest.mark.usefixtures("walked")
def test_every_address_that_something_is_sent_to_was_reached_or_is_named(walked: Walked) -> None:
    for role in Role:
        make_staff(role, "vdab-mechelen" if role is Role.VDAB_COUNSELLOR else "agii")
    open_to = {
        address: next(iter(sorted(getattr(entry.callback, "roles", None) or [None]))) for address, entry in patterns()
    }
    sent = {address for address, role in open_to.items() if accepts_post(role, address)}
    missing = sorted(sent - walked.sent_to - set(NOT_REACHED))
    assert not missing, "maak een pad ernaartoe, of zeg waarom niet: " + ", ".join(missing)
    assert set(NOT_REACHED) - (sent - walked.sent_to) == set(), "deze worden wel bereikt of bestaan niet meer"


def stands(word: str, text: str) -> str:
    """The words around a word (or its plural) on a page; "" when it is not there."""
    found = re.search(rf"(?<!\w).{{0,30}}(?<!\w){re.escape(word)}(?:s|en|e|n)?(?!\w).{{0,30}}", text, re.IGNORECASE)
    return found.group() if found else ""


def of_staff(walked: Walked) -> dict[str, str]:
    return {address: text for address, text in walked.texts.items() if not address.startswith(FOR_NEWCOMERS)}


def test_each_concept_is_called_by_its_word_where_it_is_shown(walked: Walked) -> None:
    pages = of_staff(walked)
    missing = [
        (one["word"], page)
        for one in GLOSSARY["term"]
        for page in one["pages"]
        if not stands(one["word"], pages.get(page, ""))
    ]
    assert not missing, "\n".join(map(str, missing))


def test_no_concept_goes_by_another_word(walked: Walked) -> None:
    found = [
        (never, page, around)
        for one in GLOSSARY["term"]
        for never in one["never"]
        for page, text in of_staff(walked).items()
        if (around := stands(never, text))
    ]
    assert not found, "\n".join(map(str, found))


def test_words_of_work_that_is_not_built_stand_nowhere(walked: Walked) -> None:
    found = [
        (word, page, around)
        for word in GLOSSARY["later"]["words"]
        for page, text in of_staff(walked).items()
        if (around := stands(word, text))
    ]
    assert not found, "gebouwd? Zet het woord bij [[term]], met zijn bladzijden: " + "\n".join(map(str, found))


def test_the_looking_itself_sees_a_word() -> None:
    assert stands("drempel", "Er zijn Drempels.")
    assert not stands("drempel", "Een drempelwaarde.")
