"""What a newcomer does on her own page: asking for help, that somebody answered, and wanting no messages."""

from typing import Literal

from toeleiding.dossiers.event_base import Data

MessageChannel = Literal["EMAIL", "SMS"]
MESSAGE_CHANNELS: tuple[MessageChannel, ...] = ("EMAIL", "SMS")


class ClientAskedHelp(Data):
    """ "Ik heb hulp nodig" on the personal page: somebody should call her."""

    kind = "CLIENT_ASKED_HELP"
    title = "Inburgeraar vraagt hulp"


class HelpAnswered(Data):
    """The case worker got in touch: the question for help is answered."""

    kind = "HELP_ANSWERED"
    title = "Hulpvraag beantwoord"


class MessagesChosen(Data):
    """Whether she wants messages of us over a channel. Nobody asked yet means yes; only a no keeps us silent."""

    kind = "MESSAGES_CHOSEN"
    title = "Berichten"
    channel: MessageChannel
    wanted: bool
