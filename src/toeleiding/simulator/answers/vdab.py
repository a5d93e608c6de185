"""VDAB: the file of a person (GeefDossierVDAB 01.00) and referrals (RegistreerToeleiding 01.00)."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING

from lxml import etree

from toeleiding.simulator.answers.access import person
from toeleiding.simulator.ledger import Referral, Step
from toeleiding.simulator.life import Counsellor, Invitation, Life
from toeleiding.simulator.problems import problem, refusal
from toeleiding.simulator.wire import Answer, Question, escape

if TYPE_CHECKING:
    from datetime import date

    from toeleiding.simulator.world import World

# INTERFACE 3.1, in our own words; a code that is not here travels without a description.
CATEGORY_WORDS = {
    "00": "Werkzoekende met uitkeringsaanvraag",
    "02": "Jongere in beroepsinschakelingstijd",
    "03": "Niet-werkende vrij ingeschreven werkzoekende",
    "05": "Werkzoekende ten laste van het OCMW",
    "06": "Erkende persoon met een handicap",
    "07": "Vrijwillig deeltijds werkende",
    "09": "Werkzoekende met lopend beroep bij het RIZIV",
    "10": "Werknemer in opzeg",
    "11": "Deeltijds leerplichtige in inschakelingstijd",
    "14": "Uitgesloten van uitkering",
    "80": "Deeltijds werkende met inkomensgarantie",
    "82": "Deeltijds werkende in inschakelingstijd",
    "93": "Deeltijds werkende met behoud van rechten",
}
# The values of Toestand and Resultaat are not public: these are the simulator's own (INTERFACE 3).
_PLANNED, _SENT, _DONE = ("G", "Gepland"), ("U", "Uitgestuurd"), ("A", "Afgelopen")
_RESULTS = {"P": "Aanwezig", "O": "Afwezig"}
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def give(world: World, question: Question) -> Answer:
    """GeefDossierVDAB: a file with category and counsellor, a waiting file, or nothing."""
    insz = question.text("INSZ")
    found = person(world, question, insz)
    if isinstance(found, Answer):
        return found
    content = _file(world, found, insz or "")
    return Answer(content) if content else refusal("30001", question.service)


def _file(world: World, plain: Life, insz: str) -> str | None:
    today = world.today
    with world.lock:
        life = world.referred(plain)
        referred = any(
            referral.partner == "VDAB" and referral.received_on <= today
            for number in (plain.insz, plain.replaced_by)
            for referral in world.ledger.referrals_of.get(number or "", ())
        )
    registration = life.registration_on(today)
    counsellor = life.counsellor_on(today)
    if plain.vdab_denies and not referred:
        return None
    # A counsellor without any registration is the file whose category does not travel.
    without_category = registration is None and not life.registrations and counsellor is not None
    invited = any(each.opens_file and each.sent_on <= today for each in life.invitations)
    if registration is None and not referred and not without_category and not invited:
        return None
    parts = [f"<DossierVDAB><Personalia><INSZ>{insz}</INSZ></Personalia>"]
    if counsellor is None and registration is None:
        counsellor = world.waiting_office(life)
    parts.append(_manager(counsellor))
    if registration:
        category = registration.category_on(today)
        words = CATEGORY_WORDS.get(category.code)
        described = f' Beschrijving="{escape(words)}"' if words else ""
        parts.append(
            f'<Dossier DatumGeldigheid="{registration.begin}" DatumModificatie="{category.begin}">'
            f"<Catwz{described}>{category.code}</Catwz><DatumEurostat>{registration.begin}</DatumEurostat></Dossier>"
        )
    parts.append(_trainings(life, today))
    parts.append(_invitations(life, today))
    parts.append("</DossierVDAB>")
    return "".join(parts)


def _manager(counsellor: Counsellor | None) -> str:
    if counsellor is None:
        return ""
    who = ""
    if counsellor.surname and counsellor.first_name:
        phone = f"<Telefoon>{counsellor.phone}</Telefoon>" if counsellor.phone else ""
        who = (
            f'<Persoon DatumGeldigheid="{counsellor.begin}"><Naam>{escape(counsellor.surname)}</Naam>'
            f"<Voornaam>{escape(counsellor.first_name)}</Voornaam>{phone}</Persoon>"
        )
    return (
        f"<DossierBeheerder>{who}<Vestiging><ID>{counsellor.office_code}</ID>"
        f"<Omschrijving>{escape(counsellor.office_name)}</Omschrijving></Vestiging></DossierBeheerder>"
    )


def _state(code: tuple[str, str]) -> str:
    return f'<Toestand Beschrijving="{code[1]}">{code[0]}</Toestand>'


def _trainings(life: Life, today: date) -> str:
    parts = []
    for training in life.trainings:
        # A training is planned three weeks ahead: before that VDAB does not speak of it.
        if (training.begin - today).days > 21:
            continue
        ended = training.end is not None and training.end < today
        state = _PLANNED if training.begin > today else _DONE if ended else _SENT
        end = f"<Einddatum>{training.end}</Einddatum>" if training.end else ""
        parts.append(
            f"<Opleiding><ID>{training.id}</ID><Startdatum>{training.begin}</Startdatum>{end}{_state(state)}"
            f"<OpleidingsOmschrijving>{escape(training.title)}</OpleidingsOmschrijving></Opleiding>"
        )
    return f"<Opleidingen>{''.join(parts)}</Opleidingen>" if parts else ""


def _invitations(life: Life, today: date) -> str:
    parts = []
    for invitation in life.invitations:
        if invitation.sent_on > today:
            continue
        state = _SENT if invitation.meeting_on >= today and not invitation.missed else _DONE
        parts.append(
            f"<Uitnodiging><ID>{invitation.id}</ID><ToeleidingsID>{invitation.referral_id}</ToeleidingsID>"
            f"<Datum>{invitation.meeting_on}</Datum>{_state(state)}{_result(invitation, today)}</Uitnodiging>"
        )
    return f"<Uitnodigingen>{''.join(parts)}</Uitnodigingen>" if parts else ""


def _result(invitation: Invitation, today: date) -> str:
    """Whether somebody came, once the day has passed; at once when a scenario says that nobody came."""
    code = "O" if invitation.missed else invitation.result
    if code is None or (invitation.meeting_on >= today and not invitation.missed):
        return ""
    return f'<Resultaat Beschrijving="{_RESULTS[code]}">{code}</Resultaat>'


def refer(world: World, question: Question) -> Answer:
    """RegistreerToeleiding: a waiting file; the same Id with the same content is the same referral."""
    service = question.service
    if question.user:
        return refusal("13101", service)
    insz = question.text("Personalia/INSZ")
    found = person(world, question, insz, needs_inscription=False)
    if isinstance(found, Answer):
        return found
    referral_id = question.text("Toeleiding/Id")
    partner = question.text("Toeleiding/Naar/TypePartner")
    if not referral_id or not _UUID.fullmatch(referral_id) or not partner:
        return refusal("50000", service)
    if not question.text("Toeleiding/RedenToeleiding") or not question.text("Toeleiding/Van/TypePartner"):
        return refusal("50000", service)
    fingerprint = blake2b(etree.tostring(question.content, method="c14n"), digest_size=16).hexdigest()
    with world.lock:
        known = world.ledger.referrals.get(referral_id)
        if known is not None and known.fingerprint != fingerprint:
            return Answer(None, (problem("50000", service, (("Id", referral_id),)),))
        if known is None:
            referral = Referral(referral_id, insz or "", partner, fingerprint, world.today)
            world.ledger.take(Step("refer", world.today, referral=referral))
    return Answer(f"<Id>{referral_id}</Id>")
