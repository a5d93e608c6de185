"""The self-check of e-mail and text messages: can they leave? It looks and logs in; it never sends a message."""

import socket
import ssl
from collections.abc import Iterator
from email.utils import parseaddr
from pathlib import Path
from smtplib import SMTPAuthenticationError, SMTPException, SMTPNotSupportedError, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email

from toeleiding.site.check import Finding

# Somebody waits for the answer of `toeleiding check`; a mail server says hello within a second.
PATIENCE_SECONDS = 5
_HERE = ("localhost", "127.0.0.1", "::1")


def findings() -> Iterator[Finding]:
    """What there is to say of messages to people."""
    if settings.OEFENOMGEVING:
        yield Finding("berichten", "goed", "In de oefenomgeving vertrekt niets: berichten komen in de map postbus.")
        return
    yield from _address_of_ours()
    yield from _email()
    yield from _bounces()
    yield from _sms()


def _address_of_ours() -> Iterator[Finding]:
    parts = urlsplit(settings.PUBLIC_URL)
    if parts.scheme != "https" or parts.hostname in (*_HERE, None):
        yield Finding(
            "adres",
            "fout",
            f"Links in berichten beginnen met {settings.PUBLIC_URL}. Daar raakt een inburgeraar niet.",
            "Zet PUBLIC_URL op het adres waarmee mensen de toepassing openen, met https.",
        )


def _email() -> Iterator[Finding]:
    url, sender = settings.EMAIL_URL, settings.DEFAULT_FROM_EMAIL
    if not url and not sender:
        yield Finding("e-mail", "let op", "E-mail is niet ingesteld: er vertrekt geen.", "Zet EMAIL_URL en EMAIL_FROM.")
        return
    if not url:
        yield Finding("e-mail", "fout", "Er is een afzender maar geen mailserver.", "Zet EMAIL_URL.")
        return
    if not _is_address(sender):
        yield Finding(
            "afzender",
            "fout",
            "De afzender is geen e-mailadres." if sender else "Er is geen afzender: er vertrekt geen e-mail.",
            "Zet EMAIL_FROM op een adres waarop iemand leest, zoals toeleiding@voorbeeld.be.",
        )
    if urlsplit(url).scheme not in ("smtp", "smtps") or not settings.EMAIL_HOST:
        yield Finding(
            "e-mail",
            "fout",
            "EMAIL_URL is geen adres van een mailserver.",
            "Schrijf het als smtp://naam:wachtwoord@server:587 of smtps://naam:wachtwoord@server:465.",
        )
        return
    yield _mail_server(parseaddr(sender)[1])


def _is_address(sender: str) -> bool:
    try:
        validate_email(parseaddr(sender)[1])
    except ValidationError:
        return False
    return True


def _mail_server(sender: str) -> Finding:
    """Say hello, log in, and ask whether this sender may send; then take that back."""
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    line = EmailBackend(timeout=PATIENCE_SECONDS)
    try:
        line.open()
        server = line.connection
        assert server is not None, "open() raises when there is none"
        server.ehlo_or_helo_if_needed()
        code, _ = server.mail(sender) if sender else (250, b"")
        server.rset()
    except SMTPAuthenticationError:
        return Finding(
            "e-mail",
            "fout",
            f"De mailserver {where} aanvaardt onze aanmelding niet.",
            "Kijk naam en wachtwoord in EMAIL_URL na; bijzondere tekens schrijf je als %40.",
        )
    except SMTPResponseException as refused:
        return Finding(
            "e-mail",
            "fout",
            f"De mailserver {where} weigert ons (code {refused.smtp_code}).",
            "Vraag de beheerder van de mailserver of deze machine mag versturen.",
        )
    except ssl.SSLError:
        return Finding(
            "e-mail",
            "fout",
            f"De versleuteling met de mailserver {where} lukt niet.",
            "Kijk het certificaat van de server na, en of de poort bij smtp of smtps hoort.",
        )
    except SMTPNotSupportedError:
        return Finding(
            "e-mail",
            "fout",
            f"De mailserver {where} kan geen versleuteling of geen aanmelding.",
            "Kijk de poort na: 587 met smtp, 465 met smtps.",
        )
    except (SMTPException, OSError) as error:
        return Finding(
            "e-mail",
            "fout",
            f"De mailserver {where} is niet bereikbaar ({type(error).__name__}).",
            "Kijk het adres, de poort en de firewall na. E-mail blijft intussen een dag wachten.",
        )
    finally:
        _leave(line)
    if not 200 <= code < 300:
        return Finding(
            "afzender",
            "fout",
            f"De mailserver {where} laat {sender} niet versturen (code {code}).",
            "Zet EMAIL_FROM op een adres dat bij deze aanmelding mag.",
        )
    login = "met onze aanmelding" if settings.EMAIL_HOST_USER else "zonder aanmelding"
    return Finding("e-mail", "goed", f"De mailserver {where} antwoordt {login} en aanvaardt de afzender.")


def _leave(line: EmailBackend) -> None:
    """Hang up. A server that is gone already changes nothing of what was found."""
    try:
        line.close()
    except (SMTPException, OSError):
        return


def _bounces() -> Iterator[Finding]:
    if settings.MAIL_BOUNCES_IN and not Path(settings.MAIL_BOUNCES_IN).is_dir():
        yield Finding(
            "teruggekomen",
            "fout",
            "De map met teruggekomen e-mail is er niet.",
            "Maak de map van MAIL_BOUNCES_IN, of maak de instelling leeg.",
        )


def _sms() -> Iterator[Finding]:
    url = settings.SMS_GATEWAY
    if not url:
        yield Finding(
            "sms", "let op", "Sms is niet ingesteld: er vertrekt geen.", "Zet SMS_GATEWAY en SMS_GATEWAY_TOKEN."
        )
        return
    if not settings.SMS_RECEIPT_SECRET:
        yield Finding(
            "sms",
            "let op",
            "We horen niet of een sms aankwam.",
            "Zet SMS_RECEIPT_SECRET en geef het aan de sms-dienst.",
        )
    if not settings.SMS_GATEWAY_TOKEN:
        yield Finding("sms", "fout", "Er is geen sleutel voor de sms-dienst.", "Zet SMS_GATEWAY_TOKEN.")
        return
    yield _gateway(url)


def _gateway(url: str) -> Finding:
    """Knock at the gateway: a connection, and its certificate; nothing is asked."""
    parts = urlsplit(url)
    try:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        host, port = "", 0
    if not host or (parts.scheme != "https" and not (parts.scheme == "http" and host in _HERE)):
        return Finding("sms", "fout", "Het adres van de sms-dienst begint niet met https.", "Kijk SMS_GATEWAY na.")
    try:
        with socket.create_connection((host, port), timeout=PATIENCE_SECONDS) as opened:
            if parts.scheme == "https":
                ssl.create_default_context().wrap_socket(opened, server_hostname=host).close()
    except ssl.SSLError:
        return Finding(
            "sms",
            "fout",
            f"De versleuteling met de sms-dienst op {host} lukt niet.",
            "Vraag de sms-dienst naar het certificaat, of kijk de poort in SMS_GATEWAY na.",
        )
    except OSError as error:
        return Finding(
            "sms",
            "fout",
            f"De sms-dienst is niet bereikbaar op {host} ({type(error).__name__}).",
            "Kijk SMS_GATEWAY en de firewall na. Sms'en blijven intussen een dag wachten.",
        )
    return Finding("sms", "goed", f"De sms-dienst op {host} neemt op en er is een sleutel.")
