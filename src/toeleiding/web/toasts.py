"""Messages after an action, optionally with a way back."""

from django.contrib import messages
from django.http import HttpRequest


def toast(request: HttpRequest, text: str, *, undo_url: str = "", level: int = messages.SUCCESS) -> None:
    """Tell what was done on the next page. `undo_url` (a path) adds the button "Maak ongedaan", sent as POST.

    Raises ValueError when `undo_url` leaves this site.
    """
    if undo_url and (not undo_url.startswith("/") or undo_url.startswith("//") or " " in undo_url):
        raise ValueError("Geef een pad op deze site, zoals /dossiers/TN-2026-00001/ongedaan/12.")
    messages.add_message(request, level, text, extra_tags=f"undo:{undo_url}" if undo_url else "")
