"""The ways out: e-mail through Django, text messages through a gateway, and what each way says happened.

`Sent` means that the other side took it; `Later` that nothing left, for now; `Refused` that it never will; `Unknown`
that it may have left. Only what is certain not to have left is tried again by itself (decision 042).
"""

import http.client
import re
from dataclasses import dataclass
from pathlib import Path
from smtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Protocol
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email

from toeleiding.magda.connections import Connections, NoAddressError, NotConnectedError
from toeleiding.outreach import limits
from toeleiding.outreach.messages.models import Channel

_LOCAL = ("localhost", "127.0.0.1", "::1")
# What a gateway answers when it did not look at the message: too busy, or closed for a moment.
_TRY_AGAIN = (429, 503)
_UNSURE_STATUS = (500, 502, 504)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it goes out, and nothing more. `html` and `stop` are for e-mail."""

    reference: str
    channel: Channel
    to: str
    subject: str
    text: str
    html: str = ""
    stop: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    cause: str


@dataclass(frozen=True, slots=True)
class Refused:
    cause: str


@dataclass(frozen=True, slots=True)
class Unknown:
    cause: str


Outcome = Sent | Later | Refused | Unknown


class SmsLine(Protocol):
    """A way to send text messages. `to` is an international number, `reference` the same for the same message."""

    def send(self, to: str, text: str, reference: str) -> Outcome:
        """Hand one over. Never raises for what the other side does."""


class FileSms:
    """The exercise environment: each text message becomes a file in the postbus."""

    def send(self, to: str, text: str, reference: str) -> Outcome:
        folder = Path(settings.POSTBUS)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"sms-{reference}.txt").write_text(f"Aan: {to}\n\n{text}\n", encoding="utf-8")
        return Sent()


class HttpSms:
    """A gateway that takes JSON over HTTPS, as docs/beheer/berichten.md describes."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    def send(self, to: str, text: str, reference: str) -> Outcome:
        parts = urlsplit(self._url)
        if parts.scheme != "https" and parts.hostname not in _LOCAL:
            return Later("Het adres van de sms-dienst begint niet met https. Vraag de beheerder.")
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self._token}",
            "Idempotency-Key": reference,
        }
        body = msgspec.json.encode({"id": reference, "to": to, "text": text})
        line = Connections()
        try:
            answer = line.post(self._url, body, headers, patience=limits.SMS_PATIENCE, most=10_000)
        except (NotConnectedError, NoAddressError):
            return Later("De sms-dienst is niet bereikbaar.")
        except (OSError, http.client.HTTPException):
            return Unknown("De sms-dienst antwoordde niet.")
        finally:
            line.close()
        return _meaning(answer.status, answer.body or b"", reference)


def _meaning(status: int, body: bytes, reference: str) -> Outcome:
    if 200 <= status < 300:
        return Sent(_receipt(body) or reference)
    if status in _TRY_AGAIN:
        return Later("De sms-dienst heeft het te druk.")
    if status in (401, 403):
        return Later("De sms-dienst aanvaardt onze sleutel niet. Vraag de beheerder.")
    if status in _UNSURE_STATUS:
        return Unknown(f"De sms-dienst had een storing (code {status}).")
    return Refused(f"De sms-dienst weigerde het bericht (code {status}).")


def _receipt(body: bytes) -> str:
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return ""
    given = found.get("id") if isinstance(found, dict) else ""
    return str(given)[:100] if isinstance(given, str | int) else ""


def available(channel: Channel) -> bool:
    """Is there a way out for this channel? In the exercise environment always: to the postbus."""
    if settings.OEFENOMGEVING:
        return True
    match channel:
        case Channel.EMAIL:
            return bool(settings.EMAIL_URL and settings.DEFAULT_FROM_EMAIL)
        case Channel.SMS:
            return bool(settings.SMS_GATEWAY)


def send(letter: Letter) -> Outcome:
    """Hand one message over and say what became of it."""
    match letter.channel:
        case Channel.EMAIL:
            return _send_email(letter)
        case Channel.SMS:
            line: SmsLine = (
                FileSms() if settings.OEFENOMGEVING else HttpSms(settings.SMS_GATEWAY, settings.SMS_GATEWAY_TOKEN)
            )
            return line.send(letter.to, letter.text, letter.reference)


def _send_email(letter: Letter) -> Outcome:
    """A connection that cannot be made sends nothing; what breaks after that may have arrived."""
    connection = get_connection()
    try:
        try:
            connection.open()
        except SMTPAuthenticationError:
            return Later("De mailserver aanvaardt onze aanmelding niet. Vraag de beheerder.")
        except (SMTPException, OSError):
            return Later("De mailserver is niet bereikbaar.")
        connection.send_messages([_email(letter)])
    except SMTPRecipientsRefused as refused:
        return _refused(max((code for code, _ in refused.recipients.values()), default=550))
    except SMTPResponseException as refused:
        return _refused(refused.smtp_code)
    except (SMTPNotSupportedError, ValueError):
        return Refused("De mailserver kan dit adres niet aan. Kijk het e-mailadres na.")
    except (SMTPException, OSError):
        return Unknown("De verbinding met de mailserver brak af.")
    finally:
        _close(connection)
    return Sent(message_id(letter.reference))


def _refused(code: int) -> Outcome:
    """4xx: not now. 5xx: never (RFC 5321, 4.2.1)."""
    if 400 <= code < 500:
        return Later(f"De mailserver vraagt om later te proberen (code {code}).")
    return Refused(f"De mailserver weigerde het bericht (code {code}). Kijk het e-mailadres na.")


def _close(connection: object) -> None:
    try:
        connection.close()  # type: ignore[attr-defined]
    except (SMTPException, OSError):
        return


def _email(letter: Letter) -> EmailMultiAlternatives:
    headers = {"Message-ID": message_id(letter.reference), "Auto-Submitted": "auto-generated"}
    if letter.stop:
        headers |= {"List-Unsubscribe": f"<{letter.stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    made = EmailMultiAlternatives(letter.subject, letter.text, to=[letter.to], headers=headers)
    if letter.html:
        made.attach_alternative(letter.html, "text/html")
    return made


def message_id(reference: str) -> str:
    """How a bounce names the message."""
    return f"<{reference}@{urlsplit(settings.PUBLIC_URL).hostname or 'toeleiding'}>"


def address(channel: Channel, email: str | None, phone: str | None) -> str:
    """Where a message over this channel goes; "" when there is nothing to send to."""
    match channel:
        case Channel.EMAIL:
            return _checked(email or "")
        case Channel.SMS:
            return mobile(phone or "")


def _checked(email: str) -> str:
    try:
        validate_email(email.strip())
    except ValidationError:
        return ""
    return email.strip()


def mobile(phone: str) -> str:
    """A number that takes text messages in international form; "" for a landline or what is no number.

    >>> mobile("0470 12 34 56"), mobile("015 12 34 56"), mobile("+33 6 12 34 56 78")
    ('+32470123456', '', '+33612345678')
    """
    digits = re.sub(r"(?<=\d)\s*\(0\)|[\s./()-]", "", phone)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if re.fullmatch(r"04\d{8}", digits):
        return f"+32{digits[1:]}"
    if re.fullmatch(r"\+324\d{8}", digits) or re.fullmatch(r"\+(?!32)[1-9]\d{7,14}", digits):
        return digits
    return ""
