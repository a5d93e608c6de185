"""The tour of each role: five steps through the exercise environment, each a page to open and something to do there."""

from dataclasses import dataclass

from toeleiding.organisations.models import Role


@dataclass(frozen=True, slots=True)
class Stop:
    """One step. `{dossier}` in the address is the exercise dossier of this tour."""

    title: str
    text: str
    address: str


# The practice case whose dossier the tour goes through, for who works in dossiers.
CASE = "never-registered"
TOURS: dict[Role, tuple[Stop, ...]] = {
    Role.CASE_WORKER: (
        Stop("Je dag begint hier", "Bekijk de tegels. Vink twee mensen aan en vraag hun VDAB-status op.", "/werklijst"),
        Stop("Het oefendossier", "Lees de volgende stap en de tijdlijn. Klik op Waarom?.", "/dossiers/{dossier}"),
        Stop("De werksituatie", "Kies wat past. Maak het daarna ongedaan.", "/dossiers/{dossier}/werksituatie"),
        Stop("De toelichting", "Kies een taal en vink aan wat je bespreekt.", "/dossiers/{dossier}/toelichting"),
        Stop("Doorverwijzen", "Kijk rechts wat VDAB te zien krijgt.", "/dossiers/{dossier}/doorverwijzing"),
    ),
    Role.TEAM_LEAD: (
        Stop("Je team", "Zie wie hoeveel dossiers opvolgt en wat op jou wacht.", "/werklijst/team"),
        Stop("Gezamenlijke klanten", "Lees wat VDAB liet weten.", "/gezamenlijke-klanten"),
        Stop("Het oefendossier", "Lees de tijdlijn en wie er keek.", "/dossiers/{dossier}"),
        Stop("Een lijst opladen", "Bekijk hoe een lijst eerst wordt nagekeken.", "/lijsten"),
        Stop("De kwaliteit", "Bekijk wat het meest afwijkt in je agentschap.", "/uitwisseling/kwaliteit"),
    ),
    Role.VDAB_COUNSELLOR: (
        Stop("Doorverwijzingen", "Open een doorverwijzing. Aanvaard ze of stel een vraag.", "/vdab/inbox"),
        Stop("Je gezamenlijke klanten", "Bekijk wie je samen met een agentschap opvolgt.", "/vdab/klanten"),
        Stop("Eén klant", "Je ziet de stap en de taal, geen notities.", "/dossiers/{dossier}"),
        Stop("Zoeken", "Zoek op naam of filter op taal.", "/dossiers"),
        Stop("De regels", "Lees welke regels gelden en welke nog een aanname zijn.", "/regels"),
    ),
    Role.PROJECT_LEAD: (
        Stop("De regels", "Filter op aannames: die moeten nog bevestigd worden.", "/regels"),
        Stop("Eén regel", "Lees waarde, bron en wie eronder valt.", "/regels/R-05"),
        Stop("Een voorstel", "Maak een voorstel en pas de termijn aan.", "/regels/concept/nieuw"),
        Stop("De kwaliteit", "Bekijk hoe goed de uitwisseling werkt.", "/uitwisseling/kwaliteit"),
        Stop("De teksten", "Bekijk welke vertalingen verouderd zijn.", "/beheer/teksten"),
    ),
    Role.EXCHANGE_OPERATOR: (
        Stop("De stand in één zin", "Lees bovenaan of alles loopt.", "/uitwisseling"),
        Stop("Wat mislukte", "Bekijk de oorzaken en wat je kan doen.", "/uitwisseling?lijst=verwerkt"),
        Stop("De bestanden", "Bekijk wat in bestanden vertrok en terugkwam.", "/uitwisseling/bestanden"),
        Stop("De kwaliteit", "Maak van een meting een verbeteractie.", "/uitwisseling/kwaliteit"),
        Stop("Verschillen met VDAB", "Leg een lijst naast de dossiers.", "/uitwisseling/kwaliteit/verschillen"),
    ),
    Role.DPO: (
        Stop("De dossiers", "Je leest alles en wijzigt niets.", "/dossiers"),
        Stop("Het oefendossier", "Bekijk de tijdlijn.", "/dossiers/{dossier}"),
        Stop("Wie keek", "Lees wie dit dossier opende, en waarom.", "/dossiers/{dossier}/inzage"),
        Stop("Het wettelijk logboek", "Zoek een vraag aan een andere dienst.", "/uitwisseling/wettelijk-logboek"),
        Stop("De regels", "Lees hoe lang we wat bewaren.", "/regels"),
    ),
}  # fmt: skip
