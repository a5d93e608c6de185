"""What cannot be done with a referral, and the sentence that says what to do instead. Nothing is written then."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.exchange.conftest import Outside
from tests.factories import make_dossier, make_staff
from tests.referrals.people import WHO, again, arrived, counsellor, drafted, referred, somebody
from tests.referrals.test_wire_out import REFER
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event
from toeleiding.dossiers.timeline import NewEvent, record
from toeleiding.organisations.models import Role
from toeleiding.referrals import services
from toeleiding.referrals.models import Direction
from toeleiding.referrals.services import ReferralError

pytestmark = pytest.mark.django_db
World = Callable[..., Outside]
TODAY = date(2026, 11, 23)


def told(dossier: Dossier, data: e.Data) -> Dossier:
    """One more fact about this person."""
    return record(dossier, NewEvent(data, TODAY, e.Source.CASE_WORKER))


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (
            e.Moved(nis="21004", municipality="Brussel"),
            "geen doorverwijzing via MAGDA: bel met Actiris.",
        ),
        (e.Moved(nis="62063", municipality="Luik"), "VDAB is daar niet bevoegd."),
        (e.TargetGroupSet(target_group=None), ""),
        (e.TrackEnded(reason="ATTEST"), "Start het traject opnieuw voor je doorverwijst."),
        (e.NumberCancelled(insz=""), "Vul het eerst in bij de persoonsgegevens."),
    ],
    ids=["brussels", "wallonia", "no matter", "ended", "no number"],
)
def test_who_cannot_be_referred_stays_a_draft_and_reads_why(fact: e.Data, sentence: str) -> None:
    access = make_staff()
    dossier = somebody(access)
    draft = drafted(access, dossier)
    if isinstance(fact, e.NumberCancelled):
        fact = e.NumberCancelled(insz=dossier.insz or "")
    changed = told(dossier, fact)
    assert services.why_not(changed).endswith(sentence)
    if sentence:
        with pytest.raises(ReferralError, match=sentence[:20]):
            services.send(access, draft)
        assert again(draft).state == "DRAFT"
    else:
        assert services.send(access, draft).state == "SENT"


def test_what_was_sent_is_not_written_over_by_a_form_that_was_still_open() -> None:
    access = make_staff()
    sent = referred(access, somebody(access))
    with pytest.raises(ReferralError, match=r"al verstuurd\. Laad de pagina opnieuw\."):
        services.save(access, sent, {"start": "Iets anders."})
    assert again(sent).content["start"] == "Werkte 6 jaar als lasser."


def test_sent_again_is_the_same_message_whatever_changed_in_the_dossier(outside: World) -> None:
    outside({"service": REFER, "match": {"nth": 1}, "fault": "exception:40001", "times": 1})
    access = make_staff()
    dossier = somebody(access)
    referral = arrived(access, dossier)
    assert referral.state == "NOT_ARRIVED"
    told(dossier, e.Moved(nis="62063", municipality="Luik"))
    told(dossier, e.ContactChanged(language="fr"))
    services.send(access, again(referral))
    first, second = Event.objects.filter(dossier=dossier, kind="REFERRAL_SENT").order_by("id")
    assert first.data["content"] == second.data["content"]
    assert first.data["question"] != second.data["question"]


def test_vdab_says_in_which_category_and_why_it_gives_back(outside: World) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    received = arrived(access, somebody(access))
    with pytest.raises(ReferralError, match=r"Kies een categorie\."):
        services.accept(vdab, received, "", WHO, e.Appointment(on=date(2026, 12, 3)))
    with pytest.raises(ReferralError, match=r"Kies een reden\."):
        services.give_back(vdab, received, "")
    with pytest.raises(ReferralError, match="Schrijf waarom je de doorverwijzing teruggeeft"):
        services.give_back(vdab, received, "OTHER", "  ")
    assert again(received).state == "RECEIVED"


def test_vdab_reports_only_of_its_joint_clients_and_only_what_was(outside: World) -> None:
    outside()
    access, vdab = make_staff(), counsellor()
    received = arrived(access, somebody(access))
    services.accept(vdab, received, "03", WHO, e.Appointment(on=date(2026, 12, 3)))
    dossier = received.dossier
    assert dossier is not None
    with pytest.raises(ReferralError, match="Deze datum ligt in de toekomst"):
        services.report(vdab, dossier, "WORK_FOUND", TODAY + timedelta(days=1))
    for stranger in (access, counsellor("vdab-gent"), make_staff(Role.TEAM_LEAD)):
        with pytest.raises(ReferralError, match="geen gezamenlijke klant van jouw kantoor"):
            services.report(stranger, dossier, "WORK_FOUND", TODAY)
    assert not Event.objects.filter(dossier=dossier, kind="FEEDBACK_GIVEN").exists()


def test_only_who_follows_a_person_begins_a_referral(outside: World) -> None:
    dossier = somebody(make_staff())
    for stranger in (counsellor(), make_staff(Role.DPO), make_staff(organisation="atlas")):
        with pytest.raises(ReferralError, match="Je mag dit dossier niet aanvullen"):
            services.begin(stranger, dossier)


@pytest.mark.parametrize("key", ["", "x", "123", "00000000-0000-0000-0000-000000000000"])
def test_an_address_that_names_no_referral_finds_none(key: str) -> None:
    access = make_staff()
    drafted(access, make_dossier(access=access, work=[]))
    assert services.find(access, key, Direction.OUT) is None
