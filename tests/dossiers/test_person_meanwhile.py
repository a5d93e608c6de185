"""Two people in the form of one person's facts: nobody's words are lost, and a choice is made per field."""

import re
from html import unescape

import pytest
from django.test import Client
from tests.factories import make_dossier, make_staff, sign_in

from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import load_state
from toeleiding.organisations.access import Access

pytestmark = pytest.mark.django_db


@pytest.fixture
def me() -> Access:
    return make_staff()


@pytest.fixture
def dossier(me: Access) -> Dossier:
    return make_dossier(e.ContactChanged(phone="0470 00 00 01", email="eerst@voorbeeld.be"), access=me)


def form_of(desk: Client, dossier: Dossier) -> dict[str, str]:
    """What the form holds as it is opened."""
    page = desk.get(f"/dossiers/{dossier.number}/persoon")
    found: dict[str, str] = {}
    for bound in page.context["form"]:
        boxes = getattr(bound.field.widget, "widgets_names", [""])
        parts = bound.field.widget.decompress(bound.value()) if boxes != [""] else [bound.value()]
        found |= {f"{bound.name}{suffix}": str(part or "") for suffix, part in zip(boxes, parts, strict=True)}
    return {name: value for name, value in found.items() if name != "bis"}


def test_what_a_colleague_saved_meanwhile_is_chosen_per_field(client: Client, me: Access, dossier: Dossier) -> None:
    mine, theirs = sign_in(client, me), sign_in(Client(), colleague := make_staff())
    address = f"/dossiers/{dossier.number}/persoon"
    typed = form_of(mine, dossier)
    assert theirs.post(address, {**form_of(theirs, dossier), "gsm": "0470 00 00 02"}).status_code == 302
    answer = mine.post(address, {**typed, "email": "later@voorbeeld.be"})
    page = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert f"Wat {colleague.staff} bewaarde" in page
    assert set(re.findall(r'name="kies-(\w+)"', page)) == {"gsm", "email"}
    assert load_state(Dossier.objects.get(pk=dossier.pk)).email == "eerst@voorbeeld.be"
    chosen = {**typed, "email": "later@voorbeeld.be", "events": answer.context["form"]["events"].value()}
    done = mine.post(address, {**chosen, "kies-gsm": "hun", "kies-email": "mijn"})
    assert done.status_code == 302
    state = load_state(Dossier.objects.get(pk=dossier.pk))
    assert (state.phone or "").replace(" ", "")[-2:] == "02", "the colleague's number stays"
    assert state.email == "later@voorbeeld.be"


def test_other_news_of_the_dossier_is_told_without_a_choice(client: Client, me: Access, dossier: Dossier) -> None:
    desk = sign_in(client, me)
    typed = form_of(desk, dossier)
    desk.post(f"/dossiers/{dossier.number}/notitie", {"tekst": "Gebeld"})
    answer = desk.post(f"/dossiers/{dossier.number}/persoon", typed)
    assert answer.status_code == 409
    assert "Klopt je invoer nog? Bewaar dan opnieuw." in answer.content.decode()
    assert "kies-" not in answer.content.decode()


def test_a_birth_date_in_three_boxes_can_be_taken_over_too(client: Client, me: Access, dossier: Dossier) -> None:
    mine, theirs = sign_in(client, me), sign_in(Client(), make_staff())
    address = f"/dossiers/{dossier.number}/persoon"
    typed = form_of(mine, dossier)
    day = next(name for name, value in typed.items() if name.startswith("geboren") and value in ("5", "05"))
    assert theirs.post(address, {**typed, day: "6"}).status_code == 302
    answer = mine.post(address, {**typed, "nederlands": "A1"})
    again = {**typed, "nederlands": "A1", "events": answer.context["form"]["events"].value()}
    assert mine.post(address, {**again, "kies-geboren": "hun"}).status_code == 302
    state = load_state(Dossier.objects.get(pk=dossier.pk))
    assert (state.birth, state.dutch_level) == ("1990-06-06", "A1")
