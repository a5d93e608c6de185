"""Names, numbers and addresses in Latin script inside a text in another script (EXPERIENCE 4.2)."""

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from toeleiding.referrals.texts.content import Tongue
from toeleiding.referrals.texts.runs import split

register = template.Library()


@register.filter
def isoleer(text: str, tongue: Tongue) -> SafeString:
    """Put each Latin run in a `bdi`, so that the words around it keep their order."""
    if tongue.script == "Latin":
        return escape(text)
    pieces = (
        (format_html('<bdi dir="ltr">{}</bdi>', piece) if latin else escape(piece),) for piece, latin in split(text)
    )
    return format_html_join("", "{}", pieces)
