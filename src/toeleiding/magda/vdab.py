"""GeefDossierVDAB 01.00: the file of a person at VDAB (INTERFACE 3)."""

from datetime import date

from msgspec import Struct

from toeleiding.magda.dates import earliest, latest
from toeleiding.magda.outcomes import Outcome
from toeleiding.magda.reading import Reading, asked_number, every, number
from toeleiding.magda.xml import Element, Node, children, text


class Counsellor(Struct, frozen=True, omit_defaults=True):
    """The bemiddelaar and the office. Either may be absent."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    office: str | None = None
    office_id: str | None = None
    since: date | None = None


class Step(Struct, frozen=True, omit_defaults=True):
    """An invitation, advice, test, training or track. Codes stay as delivered, with their words.

    Attributes:
        referral_id: ToeleidingsID, the identity we gave the referral.
        state, result: codes whose values are not public.
    """

    id: str | None = None
    referral_id: str | None = None
    on: date | None = None
    end: date | None = None
    type: str | None = None
    type_words: str | None = None
    state: str | None = None
    state_words: str | None = None
    result: str | None = None
    result_words: str | None = None
    title: str | None = None


class Facts(Struct, frozen=True):
    """The file.

    Attributes:
        category: two digits; the list is not closed (INTERFACE 3.1).
        registered: a category was delivered.
        registered_on: by the rule of INTERFACE 3; None when only another source can tell.
        category_dated: last change of the block with the category.
    """

    category: str | None = None
    category_words: str | None = None
    category_dated: date | None = None
    registered: bool = False
    registered_on: date | None = None
    unemployed_since: date | None = None
    counsellor: Counsellor | None = None
    invitations: list[Step] = []
    advices: list[Step] = []
    tests: list[Step] = []
    trainings: list[Step] = []
    tracks: list[Step] = []


class Question(Struct, frozen=True):
    """Ask for a file."""

    insz: str

    def content(self) -> list[Node]:
        """What stands in Inhoud."""
        return [("INSZ", asked_number(self.insz))]


def read(content: Element) -> Reading:
    """Inhoud. A file without a category is PARTIAL: known, but not whether registered."""
    files = every(content, "DossierVDAB")
    if not files:
        return Reading(None, Outcome.NOT_UNDERSTOOD)
    file = children(files[0])
    block = file.get("Dossier")
    own = children(block)
    category = own.get("Catwz")
    code = text(category)
    facts = Facts(
        category=code,
        category_words=None if category is None else category.get("Beschrijving"),
        category_dated=_dated(block, "DatumModificatie") or _dated(block, "DatumGeldigheid"),
        registered=code is not None,
        registered_on=_dated(category, "DatumGeldigheid") or _dated(block, "DatumGeldigheid"),
        unemployed_since=earliest(text(own.get("DatumEurostat"))),
        counsellor=_counsellor(file.get("DossierBeheerder")),
        invitations=_steps(file.get("Uitnodigingen"), "Uitnodiging"),
        advices=_steps(file.get("Adviezen"), "Advies"),
        tests=_steps(file.get("Testen"), "Test"),
        trainings=_steps(file.get("Opleidingen"), "Opleiding"),
        tracks=_steps(file.get("Trajecten"), "Traject"),
    )
    outcome = Outcome.KNOWN if code else Outcome.PARTIAL
    if len(files) > 1:
        outcome = Outcome.AMBIGUOUS
    return Reading(facts, outcome, number(children(file.get("Personalia")).get("INSZ")))


def _dated(element: Element | None, attribute: str) -> date | None:
    return None if element is None else earliest(element.get(attribute))


def _counsellor(element: Element | None) -> Counsellor | None:
    if element is None:
        return None
    parts = children(element)
    person, office = children(parts.get("Persoon")), children(parts.get("Vestiging"))
    name = " ".join(filter(None, (text(person.get("Voornaam")), text(person.get("Naam")))))
    return Counsellor(
        name=name or None,
        phone=text(person.get("Telefoon")),
        email=text(person.get("Email")),
        office=text(office.get("Omschrijving")),
        office_id=text(office.get("ID")),
        since=_dated(parts.get("Persoon"), "DatumGeldigheid"),
    )


def _steps(element: Element | None, name: str) -> list[Step]:
    return [_step(each) for each in every(element, name)]


def _step(element: Element) -> Step:
    parts = children(element)
    state, result, kind = parts.get("Toestand"), parts.get("Resultaat"), parts.get("Type")
    written = text(parts.get("Datum")) or text(parts.get("Startdatum"))
    return Step(
        id=text(parts.get("ID")),
        referral_id=text(parts.get("ToeleidingsID")),
        on=earliest(written) or _dated(element, "DatumGeldigheid"),
        end=latest(text(parts.get("Einddatum"))),
        type=text(kind),
        type_words=_words(kind),
        state=text(state),
        state_words=_words(state),
        result=text(result),
        result_words=_words(result),
        title=text(parts.get("OpleidingsOmschrijving")) or text(parts.get("Omschrijving")),
    )


def _words(element: Element | None) -> str | None:
    return None if element is None else element.get("Beschrijving")
