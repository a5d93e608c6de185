"""Every door to a client against every status of a translation: only what was approved goes out."""

import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone
from time_machine import travel

from tests.factories import make_dossier, make_staff, sign_in
from tests.site.test_access_matrix import patterns
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.organisations.models import Role
from toeleiding.outreach.messages import asking, sending
from toeleiding.outreach.messages.models import Channel, Message, MessageKind
from toeleiding.referrals.client_page import links
from toeleiding.referrals.models import TextVersion, Translation, TranslationStatus
from toeleiding.referrals.texts import content, loading

pytestmark = [pytest.mark.django_db, pytest.mark.poppler]
ROOM = content.FOLDER.parents[1]
MARK, OLD = "Merkteken", "Voorganger"
NOT_WORDS = {"maanden", "weekdagen", "datum", "concept"}


class Status(StrEnum):
    """What there can be of a translation."""

    MISSING = "ontbreekt"
    CONCEPT = "concept"
    READ_OVER = "nagelezen"
    APPROVED = "goedgekeurd"
    OUTDATED = "verouderd"
    HALF = "goedgekeurd, een alinea ontbreekt"
    UNREAD_SUCCESSOR = "goedgekeurd, en een nieuwer concept"


def put(status: Status) -> None:
    """French has this status; every one of its sentences begins with a mark."""
    Translation.objects.filter(language="fr").delete()
    version = TextVersion.objects.get(number=1)
    match status:
        case Status.MISSING:
            return
        case Status.CONCEPT | Status.READ_OVER | Status.APPROVED:
            keep(version, 1, TranslationStatus[status.name], MARK)
        case Status.OUTDATED:
            keep(version, 1, TranslationStatus.APPROVED, MARK)
            words = {**version.paragraphs, "vragen": "Bel je trajectbegeleider."}
            TextVersion.objects.create(
                number=2,
                valid_from=timezone.localdate(),
                paragraphs=words,
                values=version.values,
                hash=loading.whole(words, version.values),
                made_at=timezone.now(),
            )
        case Status.HALF:
            keep(version, 1, TranslationStatus.APPROVED, MARK, without="vragen")
        case Status.UNREAD_SUCCESSOR:
            keep(version, 1, TranslationStatus.APPROVED, OLD)
            keep(version, 2, TranslationStatus.CONCEPT, MARK)


def keep(version: TextVersion, revision: int, status: TranslationStatus, mark: str, without: str = "") -> None:
    french, now = content.read("fr").text, timezone.now()
    people: dict[str, Any] = {}
    if status != TranslationStatus.CONCEPT:
        people = {"read_by": make_staff(Role.PROJECT_LEAD).staff, "read_at": now}
    if status == TranslationStatus.APPROVED:
        people |= {"approved_by": make_staff(Role.PROJECT_LEAD).staff, "approved_at": now}
    Translation.objects.create(
        language="fr",
        revision=revision,
        status=status,
        paragraphs={
            key: text if key in NOT_WORDS else f"{mark} {text}" for key, text in french.items() if key != without
        },
        sources={key: loading.digest(text) for key, text in version.paragraphs.items()},
        made_at=now,
        **people,
    )


class House:
    """A case worker, somebody who reads French with an appointment and a link, and a phone without an account."""

    def __init__(self) -> None:
        self.access = access = make_staff()
        at = timezone.now() + timedelta(days=3)
        planned = e.AppointmentPlanned(appointment=uuid4(), subject="TALK", at=at, staff=access.staff.username)
        self.dossier: Dossier = make_dossier(
            e.ContactChanged(language="fr", email="klant@voorbeeld.be"), planned, access=access, work=[]
        )
        self.token = links.make(access, self.dossier)
        self.desk, self.phone = sign_in(Client(), access), Client()

    def staff(self, path: str) -> Any:
        return self.desk.get(f"/dossiers/{self.dossier.number}/{path}", secure=True)

    def asked(self) -> Message:
        """A message to her that waits."""
        return asking.ask(self.access, self.dossier, MessageKind.CALL, Channel.EMAIL, uuid4())

    def sent(self) -> Any:
        """The same, gone: what stands in her mail box."""
        self.asked()
        with travel(datetime(2026, 11, 25, 12, tzinfo=UTC)):
            assert sending.drain().sent == 1
        (letter,) = mail.outbox
        html, _ = letter.alternatives[0]
        return HttpResponse(f"{letter.subject} {letter.body} {html}")

    def stopped(self) -> Any:
        """The page at the end of the stop address in it."""
        address = re.findall(r"/stop/[\w-]+", str(self.sent().content))[0]
        return self.phone.post(address, secure=True)

    def seen_at_the_desk(self) -> Any:
        self.asked()
        return self.staff("berichten/klant")

    def client(self, path: str = "", **sent: str) -> Any:
        return self.phone.post(f"/m/{self.token}{path}", {"taal": "fr", **sent}, secure=True)


# The name of an address -> how its text comes out.
DOORS: dict[str, Callable[[House], Any]] = {
    "leaflet": lambda house: house.phone.get("/info/fr/vdab", secure=True),
    "leaflet_actiris": lambda house: house.phone.get("/info/fr/actiris", secure=True),
    "personal": lambda house: house.client(),
    "personal_registered": lambda house: house.client("/ingeschreven"),
    "personal_help": lambda house: house.client("/hulp"),
    "personal_messages": lambda house: house.client("/berichten", kanaal="EMAIL"),
    "explanation": lambda house: house.staff("toelichting"),
    "leaflet_pdf": lambda house: house.staff("toelichting/folder.pdf"),
    "letter_pdf": lambda house: house.staff("brief.pdf"),
    "card_pdf": lambda house: house.staff("afspraakkaart.pdf"),
    "letters_pdf": lambda house: house.desk.post("/brieven.pdf", {"kies": [house.dossier.pk]}, secure=True),
    "stop_messages": House.stopped,
    "client_messages": House.seen_at_the_desk,
    "client_messages, sent": House.sent,
    # The same addresses in another way: before it is opened, with a language asked for, refused, and dead.
    "personal, before it opens": lambda house: house.phone.get(f"/m/{house.token}", secure=True),
    "personal, asked": lambda house: house.phone.get(f"/m/{house.token}?taal=fr", secure=True),
    "personal, dead": lambda house: house.phone.get("/m/bestaat-niet", secure=True),
    "explanation, asked": lambda house: house.staff("toelichting?taal=fr"),
    "explanation, refused": lambda house: house.desk.post(
        f"/dossiers/{house.dossier.number}/toelichting", {"taal": "fr"}, secure=True
    ),
    "leaflet_pdf, asked": lambda house: house.staff("toelichting/folder.pdf?taal=fr"),
    "letter_pdf, asked": lambda house: house.staff("brief.pdf?taal=fr"),
    "card_pdf, asked": lambda house: house.staff("afspraakkaart.pdf?taal=fr"),
}
# Who works on the texts sees them all; nothing of this goes to a client.
DESKS = {"texts", "text"}
# They stand beside a page that gives one, and give none themselves.
WITHOUT_TEXT = {"client_message", "client_messages_choice", "appointment_message", "my_address"}


def words(answer: Any, folder: Path) -> str:
    """What a client reads."""
    if answer["Content-Type"] != "application/pdf":
        return str(answer.content.decode())
    (folder / "blad.pdf").write_bytes(answer.content)
    made = subprocess.run(["pdftotext", str(folder / "blad.pdf"), "-"], check=True, capture_output=True)
    return made.stdout.decode()


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("door", DOORS)
def test_only_an_approved_text_leaves_the_house(door: str, status: Status, tmp_path: Path, settings: Any) -> None:
    put(status)
    house = House()
    settings.OEFENOMGEVING, settings.EMAIL_URL = False, "smtp://post.voorbeeld.be"
    said = words(DOORS[door](house), tmp_path)
    assert (MARK in said) == (status == Status.APPROVED)
    assert (OLD in said) == (status == Status.UNREAD_SUCCESSOR)
    assert "brouillon" not in said
    assert "- concept" not in said
    assert "VDAB" in said or "Actiris" in said or "trajectbegeleider" in said


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("door", DOORS)
def test_in_the_exercise_environment_a_concept_says_that_it_is_one(door: str, status: Status, tmp_path: Path) -> None:
    put(status)
    said = words(DOORS[door](House()), tmp_path)
    concept = status in (Status.CONCEPT, Status.READ_OVER)
    assert (MARK in said) == (concept or status == Status.APPROVED)
    assert ("brouillon" in said) == concept
    if door != "personal, dead":  # there stand all languages, and the others are concepts
        assert ("versie 1 - concept" in said) == concept


def test_every_address_that_gives_a_text_is_a_door_of_these_tests() -> None:
    giving = re.compile(r"\btexts?_for\b|letters import papers|texts\.gate import")
    found = set()
    for _, pattern in patterns():
        assert isinstance(pattern, URLPattern)
        view = inspect.unwrap(pattern.callback)
        module = sys.modules.get(view.__module__)
        source = inspect.getsource(module) if module and view.__module__.startswith("toeleiding.") else ""
        if giving.search(source):
            found.add(pattern.name)
    assert found - DESKS - WITHOUT_TEXT == {door for door in DOORS if "," not in door}


def test_the_gate_is_asked_in_few_places_only() -> None:
    """Whoever gives a text in a new way, adds it to the doors above first."""
    found = {
        str(path.relative_to(ROOM.parent))
        for path in ROOM.parent.rglob("*.py")
        if re.search(r"\btexts?_for\(", path.read_text()) and path.name != "gate.py"
    }
    assert found == {
        "referrals/client_page/views.py", "referrals/explanation/views.py", "referrals/letters/papers.py",
        "outreach/messages/client.py", "outreach/messages/compose.py", "outreach/messages/sending.py",
    }  # fmt: skip
