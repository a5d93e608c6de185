"""Rules in a template: `{% load regels %}`.

{{ rule|waarde }} 60 dagen     {{ rule|geldigheid }} vanaf 1 maart 2022
{% statuspil rule.status %}    pill with icon and words
{% regellink "R-05" %}         the id as a link to its page
"""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from toeleiding.law import Rule, Status
from toeleiding.rulebook import words
from toeleiding.web.templatetags.tn import pil

register = template.Library()


@register.filter
def waarde(rule: Rule) -> str:
    return words.value_words(rule)


@register.filter
def geldigheid(rule: Rule) -> str:
    return words.validity_words(rule)


@register.simple_tag
def statuspil(status: Status) -> SafeString:
    return pil(words.STATUS_WORDS[status], words.STATUS_TONES[status], words.STATUS_ICONS[status])


@register.simple_tag
def regellink(rule_id: str) -> SafeString:
    return format_html('<a href="/regels/{}">{}</a>', rule_id, rule_id)
