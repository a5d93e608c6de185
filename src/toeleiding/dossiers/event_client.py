"""What a newcomer does on her own page: asking for help, and that somebody answered."""

from toeleiding.dossiers.event_base import Data


class ClientAskedHelp(Data):
    """ "Ik heb hulp nodig" on the personal page: somebody should call her."""

    kind = "CLIENT_ASKED_HELP"
    title = "Inburgeraar vraagt hulp"


class HelpAnswered(Data):
    """The case worker got in touch: the question for help is answered."""

    kind = "HELP_ANSWERED"
    title = "Hulpvraag beantwoord"
