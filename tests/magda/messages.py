"""Answers written by hand for the tests. Test numbers only; every name is invented."""

from toeleiding.magda import services
from toeleiding.magda.services import Service

INSZ, OTHER, ASKED = "90641210134", "56663058952", "3b0c9a54-6d0e-4c1b-9f2b-6a1d2f7c1001"


def exception(code: str, kind: str = "FOUT", origin: str = "MAGDA", notes: dict[str, str] | None = None) -> str:
    """An Uitzondering."""
    pairs = "".join(
        f"<Annotatie><Naam>{key}</Naam><Waarde>{value}</Waarde></Annotatie>" for key, value in (notes or {}).items()
    )
    annotations = f"<Annotaties>{pairs}</Annotaties>" if pairs else ""
    return (
        f"<Uitzondering><Identificatie>{code}</Identificatie><Oorsprong>{origin}</Oorsprong><Type>{kind}</Type>"
        f"<Diagnose>Uitleg\n  bij {code}</Diagnose>{annotations}</Uitzondering>"
    )


def answer(service: Service, content: str | None = None, *, level_2: str = "", level_3: str = "") -> bytes:
    """An answer with content, exceptions, or both."""
    inside = "" if content is None else f"<Inhoud>{content}</Inhoud>"
    inside += f"<Uitzonderingen>{level_3}</Uitzonderingen>" if level_3 else ""
    answers = f"<Antwoorden><Antwoord><Referte>{ASKED}</Referte>{inside}</Antwoord></Antwoorden>" if inside else ""
    outside = f"<Uitzonderingen>{level_2}</Uitzonderingen>" if level_2 else ""
    return (
        f'<w:{service.name}Response xmlns:w="{service.namespace}"><Repliek><Context><Naam>{service.name}</Naam>'
        f"<Versie>{service.full_version}</Versie><Bericht><Type>ANTWOORD</Type><Tijdstip><Datum>2026-03-02</Datum>"
        "<Tijd>10:15</Tijd></Tijdstip><Afzender><Identificatie>vip.vlaanderen.be</Identificatie>"
        "<Naam>MagdaGateway</Naam><Referte>7c1e2b8e-52f3-4f57-8a55-0f6a6a1f2002</Referte></Afzender><Ontvanger>"
        f"<Identificatie>oefening.example/toeleiding</Identificatie><Referte>{ASKED}</Referte></Ontvanger></Bericht>"
        f"</Context>{answers}{outside}</Repliek></w:{service.name}Response>"
    ).encode()


def soap(message: bytes) -> bytes:
    """The same message in a SOAP envelope."""
    return (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body>'
        + message
        + b"</s:Body></s:Envelope>"
    )


def kbi(service: Service = services.KBI_2) -> bytes:
    """A file with everything that the intake reads."""
    second = service is services.KBI_2
    profile = "<KlantProfiel><Werksituatie>Niet werkend</Werksituatie></KlantProfiel>" if second else ""
    contract = "IC07G22" if second else "ICO13G"
    level = (
        "<HoogstBehaald><Globaal>A2</Globaal></HoogstBehaald><Instapniveau><Mondeling>A1</Mondeling></Instapniveau>"
        if second
        else "<HoogstBehaald>A2\n  </HoogstBehaald>"
    )
    return answer(
        service,
        f"""<KBIDossier><Personalia><INSZ>{INSZ}</INSZ><Naam><Achternamen><Achternaam>Proefpersoon</Achternaam>
        </Achternamen><Voornamen><Voornaam>Testa</Voornaam><Voornaam>Twee</Voornaam></Voornamen></Naam>
        <Geboortedatum>1990-00-00</Geboortedatum><Geslacht><Code>2</Code></Geslacht>
        <AangemaaktDoor><KboNummer>0543307391</KboNummer></AangemaaktDoor></Personalia>{profile}
        <Doelgroep><Code>JA</Code><Type>PLICHT</Type></Doelgroep>
        <Contracten><Contract><DatumRegistratie>2026-02-02</DatumRegistratie><Type>{contract}</Type></Contract>
        <Contract><DatumRegistratie>2021-05-04</DatumRegistratie></Contract></Contracten>
        <Trajecten><Traject><Type>TT_IBRH</Type><Beheerder><ContactPersoon><Naam><Achternamen>
        <Achternaam>Begeleider</Achternaam></Achternamen><Voornamen><Voornaam>Bea</Voornaam></Voornamen></Naam>
        <email>bea@example.org</email><gsm>0470000000</gsm></ContactPersoon></Beheerder>
        <Status><Code>OP</Code><Periode><Begin>2026-02-02</Begin></Periode></Status></Traject></Trajecten>
        <ToeleidingenPartner><ToeleidingPartner><ExterneID>0f8fad5b-d9cb-469f-a165-70867728950e</ExterneID>
        <DatumOntvangen>2026-03-02</DatumOntvangen><Status>OP</Status></ToeleidingPartner></ToeleidingenPartner>
        <Talenkennis><Talen><Taal><Code>AR</Code><ContactTaal>true</ContactTaal></Taal></Talen>
        <BehaaldNT2Niveau>{level}</BehaaldNT2Niveau></Talenkennis></KBIDossier>""",
    )


def contract(
    code: str = "OTH",
    begin: str = "2026-01-05",
    end: str | None = None,
    *,
    cancelled: bool = False,
    interim: bool = False,
    insz: str = INSZ,
) -> str:
    """One Dimona declaration."""
    ended = f"<Einde><Datum>{end}</Datum></Einde>" if end else ""
    user = "<InterimOnderneming><Naam>Uitzend Voorbeeld</Naam></InterimOnderneming>" if interim else ""
    return f"""<Contract><Relatie><Werkgever><Ondernemingsnummer>0400000019</Ondernemingsnummer></Werkgever>
    <Werknemer><INSZ>{insz}</INSZ></Werknemer></Relatie><Bron>RSZ</Bron><Aangifte><DimonaNummer>9900112233
    </DimonaNummer><PeriodeTijdstip><Begin><Datum>{begin}</Datum></Begin>{ended}</PeriodeTijdstip>
    <AardWerknemer>{code}</AardWerknemer><Geannuleerd>{int(cancelled)}</Geannuleerd></Aangifte>{user}</Contract>"""


def work(*contracts: str) -> bytes:
    """An answer of Dimona."""
    return answer(services.WORK, f"<Contracten>{''.join(contracts) or contract()}</Contracten>")


def vdab(dossier: str = '<Dossier DatumGeldigheid="2026-02-10"><Catwz Beschrijving="Vrij">03</Catwz></Dossier>') -> str:
    """The content of a file at VDAB."""
    return f"""<DossierVDAB><Personalia><INSZ>{INSZ}</INSZ></Personalia><DossierBeheerder><Persoon>
    <Naam>Bemiddelaar</Naam><Voornaam>Ben</Voornaam><Telefoon>020000000</Telefoon><Email>ben@example.org</Email>
    </Persoon><Vestiging><ID>WW-1</ID><Omschrijving>Werkwinkel Gent</Omschrijving></Vestiging></DossierBeheerder>
    {dossier}<Uitnodigingen><Uitnodiging><ID>U-1</ID><ToeleidingsID>0f8fad5b-d9cb-469f-a165-70867728950e
    </ToeleidingsID><Datum>2026-03-09</Datum><Toestand Beschrijving="Uitgestuurd">U</Toestand></Uitnodiging>
    </Uitnodigingen></DossierVDAB>"""


def jobseeker(value: str, code: str, *services_read: str, information: str = "") -> str:
    """The content of an answer of the KSZ."""
    found = f"<results>{''.join(services_read)}</results>" if services_read else ""
    return f"""<ConsultContactAndInscriptionResponse><status><value>{value}</value><code>{code}</code>{information}
    </status><ssin>{INSZ}</ssin>{found}</ConsultContactAndInscriptionResponse>"""


def pes(name: str, value: str, *starts: str) -> str:
    """What one employment service answered."""
    listed = "".join(
        f"<inscription><inceptionTimestamp>{start}T09:12:00</inceptionTimestamp><categoryPES><code>{name}003</code>"
        '<description language="FR">Libre</description><description language="NL">Vrij</description></categoryPES>'
        "</inscription>"
        for start in starts
    )
    result = f"<result><inscriptions>{listed}</inscriptions></result>" if listed else ""
    return f'<pes source="{name}"><status><value>{value}</value><code>X</code></status>{result}</pes>'
