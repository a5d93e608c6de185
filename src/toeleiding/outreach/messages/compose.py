"""What a message says: Dutch first, then the language of the client, all out of the one gate of the texts.

Nothing personal stands in a subject or a text message: no name, no number, no place; the day and hour of an
appointment do, for without them the message says nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from toeleiding.outreach.messages.models import Channel, Message, MessageKind
from toeleiding.referrals.texts.content import DUTCH, Tongue, tongue
from toeleiding.referrals.texts.gate import Given, texts_for

HIDDEN = "..."

# The letters of a plain text message (GSM 03.38); one other letter and each part holds 70 instead of 160.
_PLAIN = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = set("^{}\\[~]|€")


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses in a message, made when it is sent. Looked at later they are `HIDDEN`."""

    page: str = f"{HIDDEN}/m/{HIDDEN}"
    stop: str = f"{HIDDEN}/stop/{HIDDEN}"


@dataclass(frozen=True, slots=True)
class Part:
    """One language of a message: what it says, where that leads, how to stop, of what it is a translation."""

    tongue: Tongue
    sentences: list[str]
    link: str
    stop: str
    note: str
    dutch_note: str


@dataclass(frozen=True, slots=True)
class Said:
    """A whole message. `mark` names the text that was used."""

    subject: str
    parts: list[Part]
    stop_link: str
    mark: str

    def sms(self) -> str:
        """As a text message: short, and the address once."""
        dutch, *others = self.parts
        lines = [*dutch.sentences, dutch.link]
        for other in others:
            lines += [*other.sentences, other.note]
        return "\n".join([*filter(None, lines), f"Stop: {self.stop_link}"]).replace("\u00a0", " ")

    def plain(self) -> str:
        """As an e-mail without markup."""
        blocks = [
            "\n".join(
                filter(
                    None, [*part.sentences, part.link, f"\n{part.stop} {self.stop_link}", part.note, part.dutch_note]
                )
            )
            for part in self.parts
        ]
        return "\n\n---\n\n".join(blocks) + "\n"

    def html(self) -> str:
        """As an e-mail in which each language has its own direction."""
        return render_to_string("outreach/bericht_mail.html", {"bericht": self})


def texts_of(messages: list[Message], service: Callable[[Message], str]) -> dict[tuple[str, str], Given]:
    """The texts that these messages are made of, by (service, language): two queries per service."""
    found: dict[tuple[str, str], Given] = {}
    for name in sorted({service(one) for one in messages}):
        languages = [DUTCH, *sorted({one.language or DUTCH for one in messages if service(one) == name})]
        for code, given in texts_for(languages, name).items():
            found[name, code] = given
    return found


def say(message: Message, dutch: Given, other: Given, agency: str, links: Links | None = None) -> Said:
    """A message in words. `links` is absent for who only looks at what was sent."""
    known = links or Links()
    texts = [dutch, *([other] if other.is_translation else [])]
    return Said(
        subject=dutch.say("bericht_onderwerp", agentschap=agency),
        parts=[_part(message, text, dutch, known) for text in texts],
        stop_link=known.stop,
        mark=f"{other.tongue.code}, {other.mark}",
    )


def _part(message: Message, text: Given, dutch: Given, links: Links) -> Part:
    short = message.channel == Channel.SMS
    return Part(
        tongue=text.tongue,
        sentences=[_sentence(message, text), *([] if short else _more(message, text))],
        link=_link(message, text, links),
        stop=text.say("bericht_stop"),
        note=text.note if text.is_translation else "",
        dutch_note=_dutch_note(text, dutch) if text.is_translation else "",
    )


def _dutch_note(text: Given, dutch: Given) -> str:
    """The same line in Dutch: both languages say that this is a translation (EXPERIENCE 5.3)."""
    line = dutch.say("vertaling", versie=str(text.version))
    return f"{line} - {dutch.paragraphs['concept']}" if text.concept else line


def _sentence(message: Message, text: Given) -> str:
    match MessageKind(message.kind):
        case MessageKind.APPOINTMENT_PLANNED:
            return _at(message, text, "bericht_gepland")
        case MessageKind.APPOINTMENT_MOVED:
            return _at(message, text, "bericht_verplaatst")
        case MessageKind.APPOINTMENT_CANCELLED:
            return _at(message, text, "bericht_afgezegd")
        case MessageKind.APPOINTMENT_REMINDER:
            return _at(message, text, "bericht_herinnering")
        case MessageKind.PAGE:
            return text.say("bericht_pagina")
        case MessageKind.EXPLANATION:
            return text.say("bericht_uitleg")
        case MessageKind.CALL:
            return text.say("bericht_bellen")
        case MessageKind.DIGEST | MessageKind.ALARM:
            raise ValueError("what staff is told has words of its own: digest.py")
        case unknown:
            assert_never(unknown)


def _at(message: Message, text: Given, paragraph: str) -> str:
    at = timezone.localtime(datetime.fromisoformat(message.params["at"]))
    clock = f"{at.hour}:{at.minute:02d}" if text.is_translation else f"{at.hour}.{at.minute:02d} uur"
    return text.say(paragraph, datum=text.day(at.date(), weekday=True), uur=clock)


def _more(message: Message, text: Given) -> list[str]:
    """What an e-mail says besides: where, and what to do when it does not suit."""
    if message.kind not in (
        MessageKind.APPOINTMENT_PLANNED,
        MessageKind.APPOINTMENT_MOVED,
        MessageKind.APPOINTMENT_REMINDER,
    ):
        return []
    place = message.params.get("place", "")
    return [*([f"{text.paragraphs['kaart_waar']}: {place}"] if place else []), text.say("kaart_afbellen")]


def _link(message: Message, text: Given, links: Links) -> str:
    match MessageKind(message.kind):
        case MessageKind.PAGE:
            return links.page
        case MessageKind.EXPLANATION:
            language = tongue(message.language or DUTCH).code
            return f"{settings.PUBLIC_URL}/info/{language}/{text.service.lower()}"
        case _:
            return ""


def sms_parts(text: str) -> int:
    """How many parts a text message takes: 160 plain letters or 70 others in one, a little less in several."""
    if all(letter in _PLAIN or letter in _TWICE for letter in text):
        size, one, several = sum(2 if letter in _TWICE else 1 for letter in text), 160, 153
    else:
        size, one, several = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if size <= one else -(-size // several)
