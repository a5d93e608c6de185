"""The wire: envelope, services, answers, transport. Pure Python; knows neither Django nor the rules.

Ask with `write_question`, send with `Transport.post`, read with `read_answer`.
"""

from toeleiding.magda.answers import Answer, ExceptionLine, read_answer
from toeleiding.magda.envelope import Sender, new_reference
from toeleiding.magda.outcomes import Outcome
from toeleiding.magda.questions import Question, service_of, write_question
from toeleiding.magda.services import Service

__all__ = [
    "Answer",
    "ExceptionLine",
    "Outcome",
    "Question",
    "Sender",
    "Service",
    "new_reference",
    "read_answer",
    "service_of",
    "write_question",
]
