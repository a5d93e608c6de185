"""The services we speak: name, version, and the root elements of their questions and answers.

Source: INTERFACE chapters 3 to 10; names and namespaces are those of the published schemas.
"""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

Kind = Literal["question", "answer"]


class Service(Struct, frozen=True):
    """One service in one version.

    Attributes:
        name: Context/Naam, without domain.
        version: the first two parts of Context/Versie, "02.00".
        domain: the part before the name in the schema folders and in files, "Inburgering".
        namespace: of the question and the answer.
        batch_namespace: of the same messages in a file (INTERFACE 12).
        other_namespaces: further namespaces in which answers are published (INTERFACE 9.4).
        body: the element inside Vraag that holds what is asked.
        forbids_user: Afzender/Gebruiker must be absent (INTERFACE 5, code 13101).
        writes: the answer says whether something was accepted, it brings no data.
        one_answer_a_file: the published batch schema lets many questions in and one answer out (decision 026).
        level_one_in_file: the published batch schema knows exceptions beside an absent Repliek.
    """

    name: str
    version: str
    domain: str
    namespace: str
    batch_namespace: str
    other_namespaces: tuple[str, ...] = ()
    body: Literal["Inhoud", "Criteria"] = "Inhoud"
    forbids_user: bool = False
    writes: bool = False
    one_answer_a_file: bool = False
    level_one_in_file: bool = True

    @property
    def full_version(self) -> str:
        """Context/Versie as it stands on the wire."""
        return f"{self.version}.0000"

    @property
    def key(self) -> tuple[str, str]:
        """(Naam, version): what an endpoint is configured by (INTERFACE 1.1)."""
        return self.name, self.version

    @property
    def question_tag(self) -> str:
        """The root of a question, as lxml writes it."""
        return f"{{{self.namespace}}}{self.name}"

    @property
    def answer_tag(self) -> str:
        """The root of an answer, as lxml writes it."""
        return f"{{{self.namespace}}}{self.name}Response"


def _vip(name: str, version: str, domain: str, *, writes: bool = False) -> Service:
    """A service whose namespaces follow the regular form of the platform."""
    dotted = version.replace(".", "_")
    host = f"{name.lower()}dienst-{dotted}.{domain.lower()}-{dotted}.vip.vlaanderen.be"
    return Service(name, version, domain, f"http://webservice.{host}", f"http://service.{host}", writes=writes)


_INB = "inburgering.vip.vlaanderen.be"

KBI_1 = Service(
    "GeefDossierKBI",
    "01.00",
    "Inburgering",
    "http://webservice.GeefDossierKBI-01.00.kbi-01.00.vip.vlaanderen.be",
    f"http://service.geefdossierkbidienst.{_INB}",
    one_answer_a_file=True,
)
KBI_2 = Service(
    "GeefDossierKBI",
    "02.00",
    "Inburgering",
    "http://webservice.GeefDossierKBI-02.00.kbi-02.00.vip.vlaanderen.be",
    "http://service.geefdossierkbidienst-02_00.inburgering-02_00.vip.vlaanderen.be",
    one_answer_a_file=True,
)
VDAB = Service(
    "GeefDossierVDAB",
    "01.00",
    "Inburgering",
    "http://webservice.geefdossier.kbi.vdab.be",
    f"http://service.geefdossiervdabdienst.{_INB}",
)
REFERRAL = Service(
    "RegistreerToeleiding",
    "01.00",
    "Inburgering",
    "http://inburgering.be/types/RegistreerToeleidingService/V01",
    f"http://service.registreertoeleidingdienst.{_INB}",
    forbids_user=True,
    writes=True,
    one_answer_a_file=True,
)
JOBSEEKER = Service(
    "GeefInschrijvingWerkzoekende",
    "01.00",
    "SocZek",
    "http://magda.vlaanderen.be/soczek/soap/geefinschrijvingwerkzoekende/v01_00",
    "http://magda.vlaanderen.be/soczek/file/geefinschrijvingwerkzoekende/v01_00",
    body="Criteria",
    level_one_in_file=False,
)
WORK = _vip("GeefWerkrelaties", "02.00", "Werk")
INSCRIBE_0 = _vip("RegistreerInschrijving", "02.00", "Repertorium", writes=True)
INSCRIBE_1 = _vip("RegistreerInschrijving", "02.01", "Repertorium", writes=True)
DEREGISTER_0 = _vip("RegistreerUitschrijving", "02.00", "Repertorium", writes=True)
DEREGISTER_1 = _vip("RegistreerUitschrijving", "02.01", "Repertorium", writes=True)
NOTIFICATIONS = _vip("GeefMutatiesNotificaties", "02.01", "Algemeen")
NOTIFY = replace(
    _vip("RegistreerMutatieNotificatie", "02.01", "Algemeen", writes=True),
    one_answer_a_file=True,
    level_one_in_file=False,
)
PERSON = Service(
    "GeefPersoon",
    "02.02",
    "Persoon",
    "http://magda.vlaanderen.be/persoon/soap/geefpersoon/v02_02",
    "http://magda.vlaanderen.be/persoon/file/geefpersoon/v02_02",
    level_one_in_file=False,
)
_PERSON_NOTIFICATIONS = _vip("GeefPersoonMutatiesNotificaties", "02.00", "Persoon")
PERSON_NOTIFICATIONS = Service(
    _PERSON_NOTIFICATIONS.name,
    _PERSON_NOTIFICATIONS.version,
    _PERSON_NOTIFICATIONS.domain,
    _PERSON_NOTIFICATIONS.namespace,
    _PERSON_NOTIFICATIONS.batch_namespace,
    ("http://magda.vlaanderen.be/persoon/soap/GeefPersoonMutatiesNotificaties/v02_00",),
)

ALL: tuple[Service, ...] = (
    KBI_1,
    KBI_2,
    VDAB,
    REFERRAL,
    JOBSEEKER,
    WORK,
    INSCRIBE_0,
    INSCRIBE_1,
    DEREGISTER_0,
    DEREGISTER_1,
    NOTIFICATIONS,
    NOTIFY,
    PERSON,
    PERSON_NOTIFICATIONS,
)


def _roots() -> Iterator[tuple[str, tuple[Service, Kind]]]:
    for service in ALL:
        for namespace in (service.namespace, service.batch_namespace, *service.other_namespaces):
            yield f"{{{namespace}}}{service.name}", (service, "question")
            yield f"{{{namespace}}}{service.name}Response", (service, "answer")


#: Root element -> which service it belongs to, and whether it asks or answers.
ROOTS: dict[str, tuple[Service, Kind]] = dict(_roots())
#: (Naam, version) -> service.
BY_KEY: dict[tuple[str, str], Service] = {service.key: service for service in ALL}
