"""The integration file: GeefDossierKBI 01.00 (KBI) and 02.00 (Allis)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toeleiding.simulator.answers.access import person
from toeleiding.simulator.life import Life
from toeleiding.simulator.names import STAFF_FIRST_NAMES, STAFF_SURNAMES
from toeleiding.simulator.places import AGENCY_KBO
from toeleiding.simulator.problems import refusal
from toeleiding.simulator.wire import Answer, Question, escape

if TYPE_CHECKING:
    from datetime import date

    from toeleiding.simulator.world import World

_NAME_LENGTH = 48  # Allis cuts surnames there (INTERFACE 4.1)
# What the client declares about work; free text in 02.00, so the simulator chooses the words.
_WORK_WORDS = {
    "SELF_EMPLOYED_MAIN": "Zelfstandige in hoofdberoep",
    "SELF_EMPLOYED_SECONDARY": "Zelfstandige in bijberoep",
    "FLEXI": "Flexi-job",
    "STUDENT": "Werkt als student",
    "OCCASIONAL": "Gelegenheidswerk",
    "INTERIM": "Uitzendwerk",
    "IBO": "Individuele beroepsopleiding",
    "ART60": "Tewerkstelling via het OCMW",
}
_DIPLOMA = {"GEEN": "Geen", "LAGER": "Lager onderwijs", "SECUNDAIR": "Secundair onderwijs", "HOGER": "Hoger onderwijs"}


def give(world: World, question: Question) -> Answer:
    """GeefDossierKBI: the file of somebody who signed a contract; 30001 at level 2 otherwise."""
    insz = question.text("INSZ")
    found = person(world, question, insz, needs_inscription=False)
    if isinstance(found, Answer):
        return found
    if found.guidance.reported_on > world.today:
        return refusal("30001", question.service)
    return Answer(_file(found, insz or "", world.today, newer=question.version == "02.00"))


def _file(life: Life, insz: str, today: date, newer: bool) -> str:
    kbo = AGENCY_KBO.get(life.agency_on(life.contract_on))
    made_by = f"<AangemaaktDoor><KboNummer>{kbo}</KboNummer></AangemaaktDoor>" if kbo else ""
    signed = life.contract_on <= today
    return "".join(
        (
            "<KBIDossier>",
            _personalia(life, insz, made_by, newer),
            _profile(life, today) if newer else "",
            _target_group(life),
            _attest(life, made_by, today, newer),
            _contracts(life, made_by, newer) if signed else "",
            f"<Aanmelding><Type>EA</Type><DatumAanmelding>{life.guidance.reported_on}</DatumAanmelding></Aanmelding>",
            _track(life, kbo) if signed else "",
            _languages(life, newer),
            _talks(life, kbo, today),
            "</KBIDossier>",
        )
    )


def _personalia(life: Life, insz: str, made_by: str, newer: bool) -> str:
    unique = f"<UniekNummer>{'KLMN'[life.index % 4]}{life.index:07}</UniekNummer>" if newer else ""
    # 02.00 describes the code for men only (INTERFACE 4.1).
    code = "1" if life.sex == "M" else "2"
    words = "Mannelijk" if life.sex == "M" else ("" if newer else "Vrouwelijk")
    described = f' Beschrijving="{words}"' if words else ""
    return (
        f"<Personalia><INSZ>{insz}</INSZ>{unique}<Naam><Achternamen><Achternaam>"
        f"{escape(life.surname[:_NAME_LENGTH])}</Achternaam></Achternamen><Voornamen>"
        f'<Voornaam GebruikelijkeVoornaam="1">{escape(life.first_name)}</Voornaam></Voornamen></Naam>'
        f"<Geboortedatum>{life.birth_text}</Geboortedatum><Geslacht><Code{described}>{code}</Code></Geslacht>"
        f"{made_by}</Personalia>"
    )


def _profile(life: Life, today: date) -> str:
    day = min(life.contract_on, today)
    active = [job for job in life.jobs if job.active_on(day)]
    if active:
        main = max(active, key=lambda job: job.fraction)
        words = _WORK_WORDS.get(main.kind, "Werkend")
        rhythm = "<Werkritme>Voltijds</Werkritme>" if main.fraction >= 1 else "<Werkritme>Deeltijds</Werkritme>"
    elif life.study and life.study.begin <= day and (life.study.end is None or day <= life.study.end):
        words, rhythm = "Studeert", ""
    elif life.incapacity and life.incapacity.begin <= day:
        words, rhythm = "Arbeidsongeschikt", ""
    else:
        words, rhythm = "Niet werkend", ""
    return (
        f"<KlantProfiel><Werksituatie>{words}</Werksituatie>{rhythm}"
        f"<HoogstBehaaldDiploma>{_DIPLOMA[life.schooling]}</HoogstBehaaldDiploma></KlantProfiel>"
    )


def _target_group(life: Life) -> str:
    kind = "PLICHT" if life.target_group == "VERPLICHT" else "RECHT"
    if life.compulsory_education:
        kind = "MINDERJARIG"
    return f"<Doelgroep><Code>JA</Code><Type>{kind}</Type><Periode><Begin>{life.duty_on}</Begin></Periode></Doelgroep>"


def _attest(life: Life, made_by: str, today: date, newer: bool) -> str:
    if life.attest_on is None or life.attest_on > today:
        return ""
    kind = "AI023G22" if newer else "AI023"
    return (
        f"<BehaaldeAttesten><Document><Soort>ATTEST</Soort><Type>{kind}</Type>"
        f"<DatumAanmaak>{life.attest_on}</DatumAanmaak>{made_by}</Document></BehaaldeAttesten>"
    )


def _contracts(life: Life, made_by: str, newer: bool) -> str:
    parts = []
    for signed, kind in ((life.earlier_contract_on, "IC07G"), (life.contract_on, "IC07G22" if newer else "IC07G")):
        if signed is None:
            continue
        suspended = ""
        if signed == life.contract_on and life.guidance.suspension:
            begin, end = life.guidance.suspension
            suspended = (
                f"<Opschortingen><Opschorting><Periode><Begin>{begin}</Begin><Einde>{end}</Einde></Periode>"
                '<Reden KorteNaam="Medisch" Naam="Medische reden">1</Reden></Opschorting></Opschortingen>'
            )
        parts.append(
            f"<Contract><DatumRegistratie>{signed}</DatumRegistratie><Type>{kind}</Type>{made_by}"
            f"<OnderdeelMO>true</OnderdeelMO><OnderdeelNT2>true</OnderdeelNT2><OnderdeelLO>true</OnderdeelLO>"
            f"{suspended}</Contract>"
        )
    return f"<Contracten>{''.join(parts)}</Contracten>"


def _track(life: Life, kbo: str | None) -> str:
    kind = "TT_IBVP" if life.target_group == "VERPLICHT" else "TT_IBRH"
    # Without parts there is no status: every eighth file is still at that point (INTERFACE 4.1).
    begun = f"<Periode><Begin>{life.contract_on}</Begin></Periode>"
    status = f"<Status><Code>OP</Code>{begun}</Status>" if life.index % 8 else ""
    parts = (
        f"<TrajectOnderdelen><TrajectOnderdeel><Type>TO_OB_MO</Type>{begun}</TrajectOnderdeel></TrajectOnderdelen>"
        if life.index % 8
        else ""
    )
    return f"<Trajecten><Traject><Type>{kind}</Type>{begun}{_manager(life, kbo)}{status}{parts}</Traject></Trajecten>"


def _manager(life: Life, kbo: str | None) -> str:
    """The agency's own counsellor, invented; every tenth file has none yet."""
    if life.index % 10 == 9:
        return ""
    place = f"<KBIVestiging><KboNummer>{kbo}</KboNummer></KBIVestiging>" if kbo else ""
    surname = STAFF_SURNAMES[life.index % len(STAFF_SURNAMES)]
    first_name = STAFF_FIRST_NAMES[life.index % 7]
    return (
        f"<Beheerder><Periode><Begin>{life.contract_on}</Begin></Periode>{place}<ContactPersoon><Naam><Achternamen>"
        f"<Achternaam>{surname}</Achternaam></Achternamen><Voornamen><Voornaam>{first_name}</Voornaam></Voornamen></Naam>"
        "</ContactPersoon></Beheerder>"
    )


def _languages(life: Life, newer: bool) -> str:
    level = ""
    if newer and life.dutch_level != "GEEN":
        level = (
            f"<BehaaldNT2Niveau><Instapniveau><Datum>{life.contract_on}</Datum>"
            f'<Globaal KorteNaam="{life.dutch_level}" Naam="{life.dutch_level}">{life.dutch_level}</Globaal>'
            "</Instapniveau></BehaaldNT2Niveau>"
        )
    # Published code texts end in line breaks now and then: readers must trim (INTERFACE 4.1).
    script = "ANALFABEET\n" if life.schooling == "GEEN" else "GEALFABETISEERD"
    return (
        f"<Talenkennis><Talen><Taal><Code>{life.language}</Code><ContactTaal>true</ContactTaal></Taal></Talen>"
        f"<Alfabetiseringsgraad><LatijnsSchrift>{script}</LatijnsSchrift></Alfabetiseringsgraad>"
        f"{level}</Talenkennis>"
    )


def _talks(life: Life, kbo: str | None, today: date) -> str:
    """The talks at the agency: the intake, and the explanation of the employment service."""
    by = f"<GeregistreerdBij><KboNummer>{kbo}</KboNummer></GeregistreerdBij>" if kbo else ""
    talks = [f"<Gesprek><Datum>{life.guidance.reported_on}</Datum>{by}</Gesprek>"]
    if life.guidance.explained_on and life.guidance.explained_on <= today:
        referral = life.guidance.referral_id
        link = f"<ToeleidingID>{referral}</ToeleidingID>" if referral else ""
        talks.append(f"<Gesprek><Datum>{life.guidance.explained_on}</Datum>{by}{link}</Gesprek>")
    return f"<Gesprekken>{''.join(talks)}</Gesprekken>"
