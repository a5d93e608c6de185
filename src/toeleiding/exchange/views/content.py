"""What went over the wire: whole for the DPO after a reason that is logged, its shape for the operator."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from lxml import etree

from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.selectors import visible_to
from toeleiding.exchange import raw, vault
from toeleiding.exchange.forms import reason
from toeleiding.exchange.models import IncomingMessage, Question, RawMessage
from toeleiding.exchange.views.received import found_for
from toeleiding.exchange.views.replays import question_id
from toeleiding.magda.structure import outline
from toeleiding.magda.xml import UnreadableError, parse
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role
from toeleiding.web import dates
from toeleiding.web.forms import Form

_DIGITS_OF_A_PERSON = 11
_Show = Callable[[bytes], str]


class ReasonForm(Form):
    """Why somebody looks at the content of a message. It is logged, so no number of a person stands in it."""

    reden = reason("Waarom bekijk je de inhoud?", "Bijvoorbeeld: verzoek om inzage van de betrokkene.")

    def clean_reden(self) -> str:
        said: str = self.cleaned_data["reden"]
        if sum(one.isdigit() for one in said) >= _DIGITS_OF_A_PERSON:
            raise forms.ValidationError("Laat het rijksregisternummer weg: je reden komt in het log van inzage.")
        return said


@for_roles(Role.DPO)
@require_http_methods(["GET", "HEAD", "POST"])
def content(request: StaffRequest, question: str) -> HttpResponse:
    """`/uitwisseling/berichten/<id>/inhoud`: the messages themselves, after a reason that is logged."""
    found = _question(request, question)
    about = {
        "terug": f"/uitwisseling/berichten/{found.pk}",
        "wat": f"{found.get_service_display()}, bericht {found.pk}",
    }
    return _content(request, found.pk, found.dossier_id, about, lambda: _calls(found, pretty))


@for_roles(Role.EXCHANGE_OPERATOR, Role.DPO)
@require_safe
def structure(request: StaffRequest, question: str) -> HttpResponse:
    """`/uitwisseling/berichten/<id>/structuur`: the shape of the messages, every value blanked."""
    found = _question(request, question)
    about = {
        "terug": f"/uitwisseling/berichten/{found.pk}",
        "wat": f"{found.get_service_display()}, bericht {found.pk}",
    }
    return _structure(request, found.pk, found.dossier_id, about, _calls(found, _shape))


@for_roles(Role.DPO)
@require_http_methods(["GET", "HEAD", "POST"])
def received_content(request: StaffRequest, message: UUID) -> HttpResponse:
    """`/uitwisseling/ontvangen/<id>/inhoud`: what a partner sent and our answer, after a reason that is logged."""
    _, dossier = found_for(request, message)
    key = dossier.pk if dossier else None
    return _content(request, message, key, _about_received(message), lambda: [_came(message, pretty)])


@for_roles(Role.EXCHANGE_OPERATOR, Role.DPO)
@require_safe
def received_structure(request: StaffRequest, message: UUID) -> HttpResponse:
    """`/uitwisseling/ontvangen/<id>/structuur`: its shape, every value blanked."""
    _, dossier = found_for(request, message)
    key = dossier.pk if dossier else None
    return _structure(request, message, key, _about_received(message), [_came(message, _shape)])


def _about_received(message: UUID) -> dict[str, Any]:
    return {"terug": f"/uitwisseling/ontvangen/{message}", "wat": f"Ontvangen doorverwijzing, bericht {message}"}


def _content(
    request: StaffRequest, key: UUID, dossier: int | None, about: dict[str, Any], opened: Callable[[], list[Any]]
) -> HttpResponse:
    """The reason first; nothing is opened before it is logged."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    messages: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        seen = f"inhoud bericht {key}: {form.cleaned_data['reden']}"
        request.access.log(AccessAction.OPENED, [dossier], seen[:200])
        messages = opened()
    context = {**about, "form": form, "berichten": messages, "soort": "Inhoud", "getoond": bool(messages)}
    return render(request, "exchange/inhoud.html", context, status=422 if form.errors else 200)


def _structure(
    request: StaffRequest, key: UUID, dossier: int | None, about: dict[str, Any], messages: list[dict[str, Any]]
) -> HttpResponse:
    request.access.log(AccessAction.OPENED, [dossier], f"structuur bericht {key}")
    context = {**about, "berichten": messages, "soort": "Structuur", "getoond": True}
    return render(request, "exchange/inhoud.html", context)


def _question(request: StaffRequest, question: str) -> Question:
    found = Question.objects.filter(pk=question_id(question)).first()
    if found is None:
        raise Http404
    if (
        request.access.role is Role.DPO
        and not Dossier.objects.filter(visible_to(request.access), pk=found.dossier_id).exists()
    ):
        raise PermissionDenied
    return found


def _calls(question: Question, show: _Show) -> list[dict[str, Any]]:
    """Question and answer of each call."""
    rows = RawMessage.objects.filter(attempt__question=question).select_related("attempt")
    return [
        {
            "title": f"Poging van {dates.moment(one.attempt.started_at)}", "reference": one.attempt_id,
            **_opened(raw.QUESTIONS, one.attempt_id, one.erased_at, {"question": one.question, "answer": one.answer},
                      {"question": one.key, "answer": one.answer_key}, show),
        }
        for one in rows.order_by("attempt__started_at")
    ]  # fmt: skip


def _came(message: UUID, show: _Show) -> dict[str, Any]:
    """What came in and what we answered."""
    one = IncomingMessage.objects.filter(pk=message).first()
    if one is None:  # its row went too (rule K-15)
        return {"title": "Ontvangen", "reference": message, "past": True}
    return {
        "title": f"Ontvangen op {dates.moment(one.received_at)}", "reference": one.reference,
        **_opened(raw.INCOMING, one.pk, one.erased_at, {"question": one.raw, "answer": one.answer},
                  {"question": one.key, "answer": one.answer_key}, show),
    }  # fmt: skip


def _opened(
    store: raw.Store,
    message: UUID,
    erased: Any,
    sealed: dict[vault.Side, Any],
    keys: dict[vault.Side, str],
    show: _Show,
) -> dict[str, Any]:
    """Both sides as text, or the sentence that says why not. What is past its time is not opened any more."""
    if erased is None and raw.is_past(store, message, timezone.now()):
        return {"past": True}
    told: dict[str, Any] = {"erased": erased}
    for side, key in keys.items():
        if sealed[side] is None:
            continue
        try:
            told[side] = show(vault.unseal(bytes(sealed[side]), key, message, side))
        except vault.VaultError as error:
            told[f"{side}_error"] = str(error)
    return told


def pretty(raw_bytes: bytes) -> str:
    """A message with one element a line; bytes that are no XML as far as they are text."""
    try:
        return etree.tostring(parse(raw_bytes), pretty_print=True, encoding="unicode")
    except UnreadableError:
        return raw_bytes.decode("utf-8", errors="replace")


def _shape(raw_bytes: bytes) -> str:
    return "\n".join(outline(raw_bytes))
