"""What a newcomer does on her own page, that somebody answered, wanting no messages, and what we sent her."""

from typing import Literal
from uuid import UUID

from toeleiding.dossiers.event_base import Data

MessageChannel = Literal["EMAIL", "SMS"]
MESSAGE_CHANNELS: tuple[MessageChannel, ...] = ("EMAIL", "SMS")
MessageAbout = Literal[
    "APPOINTMENT_PLANNED",
    "APPOINTMENT_MOVED",
    "APPOINTMENT_CANCELLED",
    "APPOINTMENT_REMINDER",
    "PAGE",
    "EXPLANATION",
    "CALL",
]


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


class MessageSent(Data):
    """A message of ours left for her, or came back: the proof that stays when its row is removed (rule K-13)."""

    kind = "MESSAGE_SENT"
    title = "Bericht aan de inburgeraar"
    message: UUID
    about: MessageAbout
    channel: MessageChannel
    returned: bool = False
