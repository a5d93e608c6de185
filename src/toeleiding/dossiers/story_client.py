"""The tellings of what a newcomer does on her own page."""

from toeleiding.dossiers import events as e
from toeleiding.dossiers.event_client import MessageAbout
from toeleiding.dossiers.telling import Told, telling_of

_ABOUT: dict[MessageAbout, str] = {
    "APPOINTMENT_PLANNED": "een afspraak",
    "APPOINTMENT_MOVED": "een afspraak die verplaatst is",
    "APPOINTMENT_CANCELLED": "een afspraak die niet doorgaat",
    "APPOINTMENT_REMINDER": "herinnering aan een afspraak",
    "PAGE": "link naar de persoonlijke pagina",
    "EXPLANATION": "link naar de uitleg",
    "CALL": "vraag om te bellen",
}


@telling_of(e.ClientAskedHelp)
def _asked(data: e.ClientAskedHelp) -> Told:
    return Told("Inburgeraar vraagt hulp", "Via de persoonlijke pagina. Bel terug.", "gesprek", "phone", "letop")


@telling_of(e.HelpAnswered)
def _answered(data: e.HelpAnswered) -> Told:
    return Told("Hulpvraag beantwoord", "Er was contact met de inburgeraar.", "gesprek", "phone", "goed")


@telling_of(e.MessagesChosen)
def _messages(data: e.MessagesChosen) -> Told:
    channel = _channel(data.channel)
    if data.wanted:
        return Told("Wil weer berichten", f"Per {channel}.", "persoon", "send", "goed")
    return Told("Wil geen berichten meer", f"Niet per {channel}. We houden ons daaraan.", "persoon", "send", "letop")


@telling_of(e.MessageSent)
def _sent(data: e.MessageSent) -> Told:
    text = f"Per {_channel(data.channel)}: {_ABOUT[data.about]}."
    if data.returned:
        return Told("Bericht kwam niet aan", text, "gesprek", "send", "letop")
    return Told("Bericht gestuurd", text, "gesprek", "send")


def _channel(code: str) -> str:
    return "e-mail" if code == "EMAIL" else "sms"
