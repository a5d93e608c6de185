"""T4: what changed for joint clients since somebody last looked."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.dossiers.test_dossier import body, days_ago, known
from tests.exchange.conftest import Outside
from tests.factories import make_dossier, make_insz, make_staff, sign_in
from tests.referrals.people import WHO, arrived, counsellor, referred, somebody
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.exchange.drain import drain
from toeleiding.organisations.access import Access
from toeleiding.organisations.models import AccessAction, AccessLog, Role
from toeleiding.referrals import services
from toeleiding.referrals.follow_up import changes, marks
from toeleiding.referrals.models import SeenMark
from toeleiding.web.limits import ROWS_A_PAGE

pytestmark = pytest.mark.django_db
PAGE = "/gezamenlijke-klanten"
OFFICE = {"name": "Els Maes", "office": "Werkwinkel Mechelen"}


@pytest.fixture
def worker() -> Access:
    return make_staff(Role.CASE_WORKER)


@pytest.fixture
def desk(client: Client, worker: Access) -> Client:
    return sign_in(client, worker)


def tells(
    dossier: Dossier, *news: e.Data, source: e.Source = e.Source.VDAB, days: int = 0, now: datetime | None = None
) -> Dossier:
    """A source tells something. `now` is when we learn it."""
    return record(dossier, *[NewEvent(data, days_ago(days), source) for data in news], now=now)


def joint(worker: Access, **more: Any) -> Dossier:
    """A client whom VDAB knows, and whose news so far was seen."""
    dossier = make_dossier(access=worker, work=[])
    told = {"category": "03", "registered_on": days_ago(20).isoformat(), "counsellor": OFFICE, **more}
    dossier = tells(dossier, known(**told), days=9)
    marks.mark_seen(worker, [(dossier.pk, last_event(dossier))])
    return dossier


def last_event(dossier: Dossier) -> int:
    return dossier.timeline.order_by("-pk").values_list("pk", flat=True)[0]


def again(**more: Any) -> e.Data:
    return known(**{"category": "03", "registered_on": days_ago(20).isoformat(), "counsellor": OFFICE, **more})


def page(desk: Client, query: str = "") -> str:
    answer = desk.get(f"{PAGE}?{query}" if query else PAGE)
    assert answer.status_code == 200
    return body(answer)


def titles(desk: Client, query: str = "") -> list[str]:
    """The changes on screen."""
    html = desk.get(f"{PAGE}?{query}" if query else PAGE).content.decode()
    return re.findall(r'<li><span class="vet[^"]*">([^<]+)</span>', html)


def test_a_new_joint_client_is_a_change_until_it_was_seen(desk: Client, worker: Access) -> None:
    dossier = tells(make_dossier(access=worker, work=[]), again())
    shown = page(desk)
    assert "1 klant met iets nieuws" in shown
    assert titles(desk) == ["Nieuwe gezamenlijke klant"]
    assert "Bemiddelaar: Els Maes, Werkwinkel Mechelen." in shown
    desk.post(f"{PAGE}/gezien", {"alleen": f"{dossier.pk}.{last_event(dossier) - 1}"})
    assert "Nog geen wijzigingen van VDAB." in page(desk)


@pytest.mark.parametrize(
    ("news", "source", "said"),
    [
        (again(category="05"), "VDAB", "Nieuwe categorie: 05 ten laste van OCMW Eerst: 03 vrij ingeschreven."),
        (again(category="47"), "VDAB", "Nieuwe categorie: onbekende code 47"),
        (again(counsellor={"name": "An Peeters"}), "VDAB", "Nieuwe bemiddelaar: An Peeters Eerst: Els Maes"),
        (again(counsellor=None), "VDAB", "Geen bemiddelaar meer"),
        (again(invitations=[{"on": "2027-01-12"}]), "VDAB", "Eerste afspraak bij VDAB: 12 januari 2027"),
        (e.ContactHeld(held=False), "VDAB", "Afspraak gemist Bel samen."),
        (e.ContactHeld(), "VDAB", "Afspraak ging door"),
        (e.TrainingStarted(what="Lassen"), "VDAB", "Opleiding gestart Lassen"),
        (e.EmploymentServiceAnswered(answer="NOT_KNOWN"), "VDAB", "Inschrijving bij VDAB gestopt"),
        (again(ended_on=days_ago(1).isoformat()), "VDAB", "Inschrijving bij VDAB gestopt op"),
        (
            e.WorkAnswered(answer="KNOWN", work=[e.WorkEntry(kind="EMPLOYEE", begin=days_ago(3))]),
            "RSZ",
            "Begon te werken op",
        ),
        (e.NumberReplaced(old=make_insz(1), new=make_insz(2)), "REGISTER", "Rijksregisternummer vervangen"),
    ],
)
def test_each_change_is_said_in_words(desk: Client, worker: Access, news: e.Data, source: str, said: str) -> None:
    dossier = joint(worker)
    assert "Nog geen wijzigingen van VDAB." in page(desk)
    tells(dossier, news, source=e.Source(source))
    assert said in page(desk)


@pytest.mark.parametrize(("came", "said"), [(True, "Afspraak ging door"), (False, "Afspraak gemist")])
def test_what_only_the_file_tells_of_an_appointment_is_a_change_once(
    desk: Client, worker: Access, came: bool, said: str
) -> None:
    day = days_ago(2).isoformat()
    dossier = joint(worker, invitations=[{"on": day}])
    tells(dossier, again(invitations=[{"on": day, "attended": came}]))
    tells(dossier, again(invitations=[{"on": day, "attended": came}]))
    assert titles(desk) == [said]


def test_the_same_answer_again_is_no_change(desk: Client, worker: Access) -> None:
    dossier = joint(worker)
    tells(dossier, again(), e.WorkAnswered(answer="SOURCE_DOWN"))
    tells(dossier, e.WorkAnswered(answer="NOT_KNOWN", work=[]), source=e.Source.RSZ)
    assert "Nog geen wijzigingen van VDAB." in page(desk)


def test_could_not_ask_is_never_an_ended_registration(desk: Client, worker: Access) -> None:
    dossier = joint(worker)
    tells(dossier, e.EmploymentServiceAnswered(answer="SOURCE_DOWN", question=uuid4()))
    assert "Nog geen wijzigingen van VDAB." in page(desk)
    tells(dossier, again(category="05"))
    assert titles(desk) == ["Nieuwe categorie: 05 ten laste van OCMW"]


def test_an_older_answer_that_comes_later_is_no_change(desk: Client, worker: Access) -> None:
    tells(joint(worker), again(category="05"), days=30)
    assert "Nog geen wijzigingen van VDAB." in page(desk)


def test_what_was_taken_back_is_no_change(desk: Client, worker: Access) -> None:
    dossier = tells(joint(worker), e.TrainingStarted(what="Lassen"))
    event = dossier.timeline.get(kind="TRAINING_STARTED")
    taken = NewEvent(e.Withdrawn(reason="Vergissing"), days_ago(0), e.Source.CASE_WORKER, corrects=event.pk)
    record(dossier, taken)
    assert "Nog geen wijzigingen van VDAB." in page(desk)


def test_what_comes_in_while_somebody_looks_stays_new(desk: Client, worker: Access) -> None:
    dossier = tells(joint(worker), again(category="05"))
    shown = re.search(rf'value="({dossier.pk}\.\d+)"', desk.get(PAGE).content.decode())
    assert shown
    tells(dossier, e.TrainingStarted(what="Lassen"))
    desk.post(f"{PAGE}/gezien", {"kies": shown[1]})
    assert titles(desk) == ["Opleiding gestart"]


def test_a_filter_on_one_kind_still_shows_all_that_gezien_will_mark(desk: Client, worker: Access) -> None:
    dossier = tells(joint(worker), again(category="05"))
    tells(dossier, e.TrainingStarted(what="Lassen"))
    tells(joint(worker), again(category="05"))
    shown = page(desk, "soort=opleiding")
    assert shown.count("TN-") == 1
    assert set(titles(desk, "soort=opleiding")) == {"Nieuwe categorie: 05 ten laste van OCMW", "Opleiding gestart"}


def test_marking_is_undone_within_ten_minutes_and_only_by_who_marked(desk: Client, worker: Access) -> None:
    first, second = tells(joint(worker), again(category="05")), tells(joint(worker), again(category="05"))
    fresh = tells(make_dossier(access=worker, work=[]), again())
    pairs = [f"{one.pk}.{last_event(one)}" for one in (first, second, fresh)]
    done = desk.post(f"{PAGE}/gezien", {"kies": pairs}, follow=True)
    assert "Gezien: 3 klanten." in body(done)
    undo = re.search(r'action="([^"]+/ongedaan)"', done.content.decode())
    assert undo
    other = sign_in(Client(), make_staff(Role.CASE_WORKER))
    assert "niet meer ongedaan" in body(other.post(undo[1], follow=True))
    assert SeenMark.objects.filter(staff=worker.staff).count() == 3
    assert "3 klanten staan weer bij nieuw" in body(desk.post(undo[1], follow=True))
    assert page(desk).count("TN-") == 3
    assert not SeenMark.objects.filter(dossier=fresh).exists()


def test_a_mark_never_goes_back_and_never_beyond_the_timeline(worker: Access) -> None:
    dossier = joint(worker)
    seen = SeenMark.objects.get(staff=worker.staff, dossier=dossier).up_to
    first = dossier.timeline.order_by("pk")[0].pk
    assert marks.mark_seen(worker, [(dossier.pk, first), (dossier.pk, 10**12), (10**9, seen)]) == []
    assert SeenMark.objects.get(staff=worker.staff, dossier=dossier).up_to == seen


def test_a_colleague_has_marks_of_her_own(desk: Client, worker: Access) -> None:
    lead = make_staff(Role.TEAM_LEAD)
    joint(worker)
    assert "Nog geen wijzigingen" in page(desk)
    other = sign_in(Client(), lead)
    assert titles(other) == ["Nieuwe gezamenlijke klant"]
    assert f'data-label="Trajectbegeleider">{worker.staff}' in other.get(PAGE).content.decode()


def test_a_case_worker_sees_her_own_clients_and_another_agency_none(worker: Access) -> None:
    tells(joint(worker), again(category="05"))
    for other in (make_staff(Role.CASE_WORKER), make_staff(Role.TEAM_LEAD, "atlas")):
        assert "Nog geen wijzigingen van VDAB." in page(sign_in(Client(), other))


def test_a_client_who_was_handed_over_is_new_with_her(worker: Access) -> None:
    from toeleiding.dossiers.services import assign

    dossier = joint(worker)
    receiver = make_staff(Role.CASE_WORKER)
    assign(worker, [dossier], receiver.staff, "Graag opvolgen")
    assert "Nieuw bij jou Graag opvolgen" in page(sign_in(Client(), receiver))


def test_who_comes_for_the_first_time_sees_a_month_and_loses_nothing_after(desk: Client, worker: Access) -> None:
    long_ago = timezone.now() - timedelta(days=45)
    old = make_dossier(access=worker, work=[], now=long_ago)
    record(old, NewEvent(again(), days_ago(45), e.Source.VDAB), now=long_ago)
    assert "Nog geen wijzigingen" in page(desk)
    changes.FirstLook.objects.filter(staff=worker.staff).update(since=timezone.now() - timedelta(days=60))
    assert titles(desk) == ["Nieuwe gezamenlijke klant"], "what came in after the first look stays, however long ago"


def test_who_finished_the_track_is_not_followed_any_more(desk: Client, worker: Access) -> None:
    dossier = tells(joint(worker), again(category="05"))
    record(dossier, NewEvent(e.TrackEnded(reason="ATTEST"), days_ago(0), e.Source.CASE_WORKER))
    assert "Nog geen wijzigingen" in page(desk)


def test_the_filters_stand_in_the_address(desk: Client, worker: Access) -> None:
    tells(joint(worker), again(category="05"))
    for query, there in (
        ("kantoor=Werkwinkel+Mechelen", True),
        ("kantoor=Werkwinkel+Genk", False),
        ("taal=ar", True),
        ("taal=ti", False),
        ("dienst=VDAB&soort=categorie", True),
        ("soort=werk", False),
    ):
        assert ("Nieuwe categorie" in page(desk, query)) is there, query
    assert "We kennen “klingon” niet" in page(desk, "taal=klingon")
    assert "We kennen" in page(desk, "soort=%00&kantoor=%00&lijst=x&pagina=x")


def test_the_whole_list_is_there_under_the_other_tab(desk: Client, worker: Access) -> None:
    joint(worker)
    shown = page(desk, "lijst=alle")
    assert "niets nieuws" in shown
    assert "Volg op" in shown


def test_the_menu_counts_and_every_client_on_screen_is_logged(desk: Client, worker: Access) -> None:
    dossier = tells(joint(worker), again(category="05"))
    html = desk.get(PAGE).content.decode()
    assert re.search(r'href="/gezamenlijke-klanten"[^>]*>.*?Gezamenlijke klanten<span>1</span>', html, re.DOTALL)
    assert AccessLog.objects.filter(staff=worker.staff, action=AccessAction.LISTED, dossier=dossier.pk).exists()


def test_a_page_costs_the_same_for_one_client_as_for_many(desk: Client, worker: Access) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(desk)
        return len(asked)

    tells(joint(worker), again(category="05"))
    page(desk)
    one = cost()
    for _ in range(7):
        tells(joint(worker), again(category="05"))
    assert cost() == one <= 14


def test_nothing_ticked_says_so(desk: Client, worker: Access) -> None:
    for given in ({}, {"kies": "x.y"}, {"kies": "1"}):
        assert "Vink eerst een of meer klanten aan." in body(desk.post(f"{PAGE}/gezien", given, follow=True))


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("APPOINTMENT_HELD", "Afspraak ging door"),
        ("APPOINTMENT_MISSED", "Afspraak gemist"),
        ("TRAINING_STARTED", "Opleiding gestart"),
        ("WORK_FOUND", "Vond werk"),
        ("STOPPED", "VDAB meldt dat het traject stopte"),
    ],
)
def test_what_vdab_reports_afterwards_is_a_change(worker: Access, desk: Client, event: Any, said: str) -> None:
    dossier = joint(worker)
    assert titles(desk) == []
    tells(dossier, e.FeedbackGiven(event))
    assert titles(desk) == [said]
    assert ("Bel samen" in page(desk)) == (event == "APPOINTMENT_MISSED")


def test_who_was_only_referred_is_followed_too_until_she_is_given_back_and_that_was_seen(
    outside: Callable[..., Outside],
) -> None:
    outside()
    worker, vdab = make_staff(), counsellor()
    desk = sign_in(Client(), worker)
    dossier = somebody(worker)
    sent = referred(worker, dossier)
    assert "Doorverwezen: verzonden, nog niet ontvangen" in page(desk, "lijst=alle")
    drain()
    services.ask(vdab, sent, "Welke opleiding volgde hij?")
    assert titles(desk) == ["Vraag over de doorverwijzing"]
    assert "Welke opleiding volgde hij?" in page(desk, "soort=vraag")
    services.give_back(vdab, sent, "OTHER_REGION", "Verhuist naar Gent")
    assert titles(desk) == ["Doorverwijzing teruggegeven", "Vraag over de doorverwijzing"]
    assert "Er zijn nog geen gezamenlijke klanten" in page(desk, "lijst=alle")
    desk.post(f"{PAGE}/gezien", {"kies": f"{dossier.pk}.{last_event(dossier)}"})
    assert titles(desk) == []


def test_an_accepted_referral_is_a_change_with_its_counsellor_and_appointment(
    outside: Callable[..., Outside],
) -> None:
    outside()
    worker, vdab = make_staff(), counsellor()
    referral = arrived(worker, somebody(worker))
    services.accept(vdab, referral, "03", WHO, e.Appointment(on=date(2026, 12, 3), at="10:00"))
    desk = sign_in(Client(), worker)
    assert titles(desk) == ["Doorverwijzing aanvaard"]
    assert "Bemiddelaar Els Maes, Werkwinkel Mechelen." in page(desk)


def test_a_referral_that_did_not_arrive_is_a_change(outside: Callable[..., Outside]) -> None:
    outside()
    worker = make_staff()
    dossier = somebody(worker)
    sent = referred(worker, dossier)
    tells(dossier, e.ReferralNotDelivered(sent.pk, uuid4(), "VDAB weigerde.", "Bel met VDAB."), source=e.Source.SYSTEM)
    desk = sign_in(Client(), worker)
    assert titles(desk) == ["Doorverwijzing niet aangekomen"]
    assert "Bel met VDAB." in page(desk)


def exported(desk: Client, query: str = "", kind: str = "csv") -> list[list[str]]:
    answer = desk.post(f"{PAGE}/exporteer?{query}", {"doel": "opvolging", "soort": kind})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith('attachment; filename="toeleiding_gezamenlijke_klanten_')
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_the_list_leaves_as_a_file_with_its_filters_after_its_purpose_was_said(desk: Client, worker: Access) -> None:
    there, elsewhere = joint(worker), joint(worker, counsellor={"name": "An", "office": "Werkwinkel Genk"})
    joint(make_staff(Role.CASE_WORKER))
    assert "2 dossiers" in body(desk.get(f"{PAGE}/exporteer?lijst=alle"))
    assert desk.post(f"{PAGE}/exporteer?lijst=alle", {}).status_code == 400
    assert not AccessLog.objects.filter(action=AccessAction.EXPORTED).exists()
    lines = exported(desk, "lijst=alle&kantoor=Werkwinkel+Mechelen")
    assert lines[0][:2] == ["Vertrouwelijk", "Alleen voor: Inburgeraars bellen of mailen"]
    assert [line[0] for line in lines[2:]] == [there.number]
    log = AccessLog.objects.get(action=AccessAction.EXPORTED)
    assert (log.dossier, log.detail) == (there.pk, "gezamenlijke klanten: Inburgeraars bellen of mailen")
    everybody = exported(desk, "lijst=alle")
    assert {line[0] for line in everybody[2:]} == {there.number, elsewhere.number}
    assert str(there.insz) not in str(everybody)


def test_the_file_of_changes_says_what_is_new_and_a_lead_reads_who_follows(desk: Client, worker: Access) -> None:
    joint(worker)
    changed = tells(joint(worker), again(category="05"))
    header, line = exported(desk)[1:]
    assert line[0] == changed.number
    assert "Nieuwe categorie: 05" in line[header.index("Nieuw sinds je laatst keek")]
    lead = sign_in(Client(), make_staff(Role.TEAM_LEAD))
    assert [row[-1] for row in exported(lead, "lijst=alle")[1:]] == ["Trajectbegeleider", *[str(worker.staff)] * 2]


def test_the_file_costs_the_same_for_one_client_as_for_many(desk: Client, worker: Access) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            exported(desk)
        return len(asked)

    tells(joint(worker), again(category="05"))
    exported(desk)
    one = cost()
    for _ in range(6):
        tells(joint(worker), again(category="05"))
    assert cost() == one <= 9


def test_more_than_a_page_leaves_whole(desk: Client, worker: Access) -> None:
    for _ in range(ROWS_A_PAGE + 2):
        tells(make_dossier(access=worker, work=[]), again())
    assert len(exported(desk)) == len(exported(desk, "lijst=alle")) == 2 + ROWS_A_PAGE + 2


def test_the_office_filter_finds_who_was_only_referred(outside: Callable[..., Outside]) -> None:
    outside()
    worker = make_staff()
    desk = sign_in(Client(), worker)
    dossier = somebody(worker)
    office = referred(worker, dossier).office.short_name
    assert f'value="{office}"' in desk.get(f"{PAGE}?lijst=alle").content.decode()
    assert dossier.number in page(desk, urlencode({"lijst": "alle", "kantoor": office}))
    assert dossier.number not in page(desk, "lijst=alle&kantoor=Werkwinkel+Genk")
