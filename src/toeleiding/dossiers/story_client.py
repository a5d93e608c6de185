"""The tellings of what a newcomer does on her own page."""

from toeleiding.dossiers import events as e
from toeleiding.dossiers.telling import Told, telling_of


@telling_of(e.ClientAskedHelp)
def _asked(data: e.ClientAskedHelp) -> Told:
    return Told("Inburgeraar vraagt hulp", "Via de persoonlijke pagina. Bel terug.", "gesprek", "phone", "letop")


@telling_of(e.HelpAnswered)
def _answered(data: e.HelpAnswered) -> Told:
    return Told("Hulpvraag beantwoord", "Er was contact met de inburgeraar.", "gesprek", "phone", "goed")


@telling_of(e.MessagesChosen)
def _messages(data: e.MessagesChosen) -> Told:
    channel = "e-mail" if data.channel == "EMAIL" else "sms"
    if data.wanted:
        return Told("Wil weer berichten", f"Per {channel}.", "persoon", "send", "goed")
    return Told("Wil geen berichten meer", f"Niet per {channel}. We houden ons daaraan.", "persoon", "send", "letop")
