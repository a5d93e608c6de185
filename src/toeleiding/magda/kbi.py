"""GeefDossierKBI 01.00 and 02.00: the integration file of a person (INTERFACE 4, appendices A and B).

Both versions become one model. Nearly every element is optional, so absent means "not delivered".
"""

from datetime import date

from msgspec import Struct

from toeleiding.magda.dates import earliest, incomplete, latest
from toeleiding.magda.outcomes import Outcome
from toeleiding.magda.reading import Address, Reading, asked_number, every, names, number
from toeleiding.magda.xml import Element, Node, children, flag, text

_SEX = {"1": "M", "2": "V"}
# 01.00 wrote the letter O where 02.00 writes a zero (INTERFACE 4.1).
_RENAMED = {"ICO13G": "IC013G"}


class TargetGroup(Struct, frozen=True, omit_defaults=True, gc=False):
    """Whether the person belongs to the target group, and by duty or by right."""

    code: str | None = None
    type: str | None = None
    sub_type: str | None = None
    begin: date | None = None
    end: date | None = None


class Contract(Struct, frozen=True, gc=False):
    """One registered integration contract."""

    registered_on: date | None
    type: str | None = None


class Contact(Struct, frozen=True, omit_defaults=True, gc=False):
    """The caseworker of a track."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None


class Track(Struct, frozen=True, omit_defaults=True, gc=False):
    """One track. A missing status means that its parts were not made yet (INTERFACE 4.1)."""

    type: str | None = None
    status: str | None = None
    status_since: date | None = None
    begin: date | None = None
    end: date | None = None
    caseworker: Contact | None = None
    agency_kbo: str | None = None


class Spoken(Struct, frozen=True, gc=False):
    """A language of the person."""

    code: str | None
    contact: bool
    level: str | None = None


class Language(Struct, frozen=True, gc=False):
    """Languages, the one to use with the client, and the level of Dutch that was reached."""

    contact: str | None = None
    dutch: str | None = None
    dutch_entry: str | None = None
    latin_script: str | None = None
    spoken: list[Spoken] = []


class Referral(Struct, frozen=True, omit_defaults=True, gc=False):
    """A referral that the agency received from a partner."""

    id: str | None = None
    sender: str | None = None
    received_on: date | None = None
    status: str | None = None
    reason: str | None = None
    comment: str | None = None


class Talk(Struct, frozen=True, gc=False):
    """A talk at the agency. `referral_id` is the ToeleidingID that it speaks of."""

    on: date | None
    referral_id: str | None = None


class Facts(Struct, frozen=True, gc=False):
    """What we keep of the file. Social housing duties are left where they are (data minimisation)."""

    target_group: TargetGroup | None = None
    contracts: list[Contract] = []
    tracks: list[Track] = []
    language: Language = Language()
    work_situation: str | None = None
    work_rhythm: str | None = None
    family_names: list[str] = []
    first_names: list[str] = []
    birth_date: str | None = None
    sex: str | None = None
    phone: str | None = None
    email: str | None = None
    address: Address | None = None
    created_by_kbo: str | None = None
    unique_number: str | None = None
    referrals: list[Referral] = []
    talks: list[Talk] = []


class Question(Struct, frozen=True, gc=False):
    """Ask for a file.

    Attributes:
        insz: whom.
        after_mutation: the question follows a notification. Always written: an empty element would
            mean true (INTERFACE 4).
    """

    insz: str
    after_mutation: bool = False

    def content(self) -> list[Node]:
        """What stands in Inhoud."""
        return [("MutatiesContext", "true" if self.after_mutation else "false"), ("INSZ", asked_number(self.insz))]


def read_first(content: Element) -> Reading:
    """Inhoud of version 01.00, where a level of Dutch is a code."""
    return _read(content, blocks=False)


def read_second(content: Element) -> Reading:
    """Inhoud of version 02.00, where a level of Dutch is a block."""
    return _read(content, blocks=True)


def _read(content: Element, *, blocks: bool) -> Reading:
    files = every(content, "KBIDossier")
    if not files:
        return Reading(None, Outcome.NOT_UNDERSTOOD)
    file = children(files[0])
    person = children(file.get("Personalia"))
    profile = children(file.get("KlantProfiel"))
    family_names, first_names = names(person.get("Naam"))
    facts = Facts(
        target_group=_target_group(file.get("Doelgroep")),
        contracts=[_contract(each) for each in every(file.get("Contracten"), "Contract")],
        tracks=[_track(each) for each in every(file.get("Trajecten"), "Traject")],
        language=_language(file.get("Talenkennis"), blocks=blocks),
        work_situation=text(profile.get("Werksituatie")),
        work_rhythm=text(profile.get("Werkritme")),
        family_names=family_names,
        first_names=first_names,
        birth_date=incomplete(text(person.get("Geboortedatum"))),
        sex=_SEX.get(text(children(person.get("Geslacht")).get("Code")) or ""),
        phone=_preferred(person.get("TelefoonNummers")),
        email=_preferred(person.get("Emails")),
        address=_address(person.get("Adres")),
        created_by_kbo=text(children(person.get("AangemaaktDoor")).get("KboNummer")),
        unique_number=text(person.get("UniekNummer")),
        referrals=[_referral(each) for each in every(file.get("ToeleidingenPartner"), "ToeleidingPartner")],
        talks=[_talk(each) for each in every(file.get("Gesprekken"), "Gesprek")],
    )
    outcome = Outcome.KNOWN if len(files) == 1 else Outcome.AMBIGUOUS
    return Reading(facts, outcome, number(person.get("INSZ")))


def _target_group(element: Element | None) -> TargetGroup | None:
    if element is None:
        return None
    parts = children(element)
    period = children(parts.get("Periode"))
    return TargetGroup(
        text(parts.get("Code")),
        text(parts.get("Type")),
        text(parts.get("SubType")),
        earliest(text(period.get("Begin"))),
        latest(text(period.get("Einde"))),
    )


def _contract(element: Element) -> Contract:
    parts = children(element)
    kind = text(parts.get("Type"))
    return Contract(earliest(text(parts.get("DatumRegistratie"))), _RENAMED.get(kind, kind) if kind else None)


def _track(element: Element) -> Track:
    parts = children(element)
    status = children(parts.get("Status"))
    period = children(parts.get("Periode"))
    manager = children(parts.get("Beheerder"))
    return Track(
        type=text(parts.get("Type")),
        status=text(status.get("Code")),
        status_since=earliest(text(children(status.get("Periode")).get("Begin"))),
        begin=earliest(text(period.get("Begin"))),
        end=latest(text(period.get("Einde"))),
        caseworker=_contact(manager.get("ContactPersoon")),
        agency_kbo=text(children(manager.get("KBIVestiging")).get("KboNummer")),
    )


def _contact(element: Element | None) -> Contact | None:
    if element is None:
        return None
    parts = children(element)
    family_names, first_names = names(parts.get("Naam"))
    return Contact(
        " ".join([*first_names, *family_names]) or None,
        text(parts.get("email")),
        text(parts.get("telefoon")) or text(parts.get("gsm")),
    )


def _language(element: Element | None, *, blocks: bool) -> Language:
    if element is None:
        return Language()
    parts = children(element)
    spoken = []
    for each in every(parts.get("Talen"), "Taal"):
        fields = children(each)
        is_contact = flag(fields.get("ContactTaal")) or False
        spoken.append(Spoken(text(fields.get("Code")), is_contact, text(fields.get("KennisNiveau"))))
    reached = children(parts.get("BehaaldNT2Niveau"))
    highest = reached.get("HoogstBehaald")
    return Language(
        contact=next((language.code for language in spoken if language.contact), None),
        dutch=_level(highest) if blocks else text(highest),
        dutch_entry=_level(reached.get("Instapniveau")),
        latin_script=text(children(parts.get("Alfabetiseringsgraad")).get("LatijnsSchrift")),
        spoken=spoken,
    )


def _level(element: Element | None) -> str | None:
    """The level as a whole, else the spoken one."""
    parts = children(element)
    return text(parts.get("Globaal")) or text(parts.get("Mondeling"))


def _preferred(element: Element | None) -> str | None:
    """The preferred one of several, else the first that is filled in."""
    if element is None:
        return None
    filled = [(each.get("voorkeur") not in ("true", "1"), text(each)) for each in element if text(each)]
    return min(filled, key=lambda each: each[0])[1] if filled else None


def _address(element: Element | None) -> Address | None:
    """The address, in the form that addresses have elsewhere in these files.

    The published schemas hold no address of the person; it is read when a source delivers it.
    """
    if element is None:
        return None
    parts = children(element)
    town = children(parts.get("Gemeente"))
    return Address(
        street=text(children(parts.get("Straat")).get("Naam")),
        house_number=text(parts.get("HuisNummer")),
        box=text(parts.get("BusNummer")),
        postal_code=text(town.get("PostCode")),
        municipality=text(town.get("Naam")),
        nis=text(town.get("NISCode")),
    )


def _talk(element: Element) -> Talk:
    parts = children(element)
    return Talk(earliest(text(parts.get("Datum"))), text(parts.get("ToeleidingID")))


def _referral(element: Element) -> Referral:
    parts = children(element)
    return Referral(
        id=text(parts.get("ExterneID")),
        sender=text(children(parts.get("Van")).get("Naam")),
        received_on=earliest(text(parts.get("DatumOntvangen"))),
        status=text(parts.get("Status")),
        reason=text(parts.get("Reden")),
        comment=text(parts.get("RedenOmschrijving")) or text(parts.get("Commentaar")),
    )
