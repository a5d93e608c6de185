"""What every page of one dossier shares: who may be here, what was seen meanwhile, and the head of the page."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from toeleiding.dossiers import journey, story
from toeleiding.dossiers import wording as w
from toeleiding.dossiers.models import Dossier, Event, Tab
from toeleiding.dossiers.projection import verdict
from toeleiding.dossiers.selectors import visible_to
from toeleiding.dossiers.services import DossierError
from toeleiding.dossiers.state import State
from toeleiding.dossiers.timeline import load_state
from toeleiding.law import RuleSet
from toeleiding.organisations.guard import StaffRequest
from toeleiding.organisations.models import AccessAction, Role
from toeleiding.organisations.together import turned_to_client
from toeleiding.rulebook.selectors import in_force
from toeleiding.web.differences import differences

READERS = (Role.CASE_WORKER, Role.TEAM_LEAD, Role.DPO)
WRITERS = (Role.CASE_WORKER, Role.TEAM_LEAD)
# An open page asks for news by itself after so many seconds: while an answer is under way, and of somebody whom the
# other side may report on at any moment.
EVERY_WAITING, EVERY_JOINT = 2, 5
# Somebody who walks through a dossier for ten minutes looked at it once (keeps the log readable).
SAME_LOOK_SECONDS = 600
RECENT = 8

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """One dossier as the person who asks may see it today."""

    dossier: Dossier
    state: State
    today: date
    rules: RuleSet
    can_write: bool
    together: bool = False  # the client looks along: nothing of others, and nothing is written

    @property
    def url(self) -> str:
        return f"/dossiers/{self.dossier.number}"

    @property
    def service(self) -> str:
        return w.service_name(self.dossier.service)

    @property
    def every(self) -> int:
        """After how many seconds the open page asks for news; 0 when nobody else has something to tell."""
        if self.state.asked is not None or self.state.work_asked is not None:
            return EVERY_WAITING
        joint = self.state.referral or self.state.referred_to_us or self.dossier.outcome == "REGISTERED"
        return EVERY_JOINT if joint and self.dossier.step != "CLOSED" else 0

    @property
    def help_asked(self) -> bool:
        """Did the person ask for help, and did nobody answer yet? Not said to herself, looking along."""
        return self.state.help_asked_on is not None and self.dossier.tab != Tab.DONE and not self.together

    def context(self) -> dict[str, Any]:
        """What the head of each page of this dossier shows."""
        dossier, state, today = self.dossier, self.state, self.today
        found = verdict(state, today, self.rules).decision
        # A reason may be what a colleague typed.
        reasons = [] if self.together else [reason.text for reason in found.reasons]
        return {
            "pagina": self,
            "dossier": dossier,
            "toestand": state,
            "dienst": self.service,
            "mag_wijzigen": self.can_write,
            "ondertitel": subtitle(dossier),
            "stappen": journey.steps(dossier, state, today),
            "termijn": journey.term(dossier, state, today),
            "volgende": journey.next_step(dossier, state, today, reasons),
            "gesloten": dossier.step == "CLOSED",
            "onbevestigd": dossier.unconfirmed,
            "storing": journey.failure_sentence(state, self.service) if state.asked else "",
        }


def subtitle(dossier: Dossier) -> str:
    """Dossier TN-2026-04418, verplichte inburgeraar, Mechelen"""
    parts = [f"Dossier {dossier.number}", w.TARGET_GROUPS.get(dossier.target_group, ""), dossier.municipality]
    return ", ".join(part for part in parts if part)


class SignpostError(Exception):
    """The dossier that was opened was merged; `kept` is where its person is now."""

    def __init__(self, gone: Dossier) -> None:
        super().__init__(gone.number)
        self.gone, self.kept = gone, gone.kept


def find(request: StaffRequest, number: str) -> Dossier:
    """The dossier with this number.

    Raises Http404 when there is none, PermissionDenied when it is not theirs, SignpostError when it was merged.
    """
    visible = ExpressionWrapper(visible_to(request.access), output_field=BooleanField())
    found = (
        Dossier.objects.select_related("agency", "case_worker").annotate(visible=visible).filter(number=number).first()
    )
    if found is None:
        raise Http404
    if not found.visible:
        request.access.log(AccessAction.REFUSED, [found.pk])
        raise PermissionDenied
    if found.merged_into_id is not None:
        raise SignpostError(found)
    return found


def page(request: StaffRequest, number: str, *, note: bool = True) -> Page:
    """Open a dossier: check, log that it was opened, and remember it among the recent ones."""
    dossier = find(request, number)
    if note:
        _log_opened(request, dossier)
        _remember(request, dossier)
    together = turned_to_client(request) == dossier.number
    can_write = request.access.role in WRITERS and not together
    return Page(dossier, load_state(dossier), timezone.localdate(), in_force(), can_write, together)


def _log_opened(request: StaffRequest, dossier: Dossier) -> None:
    now = int(time.time())
    looked: dict[str, int] = {
        key: at for key, at in request.session.get("geopend", {}).items() if now - at < SAME_LOOK_SECONDS
    }
    key = f"{request.access.role}:{dossier.pk}"
    if key in looked:
        return
    request.access.log(AccessAction.OPENED, [dossier.pk])
    request.session["geopend"] = {**looked, key: now}


def _remember(request: HttpRequest, dossier: Dossier) -> None:
    """Recently viewed: the last eight, gone with the session."""
    kept = request.session.get("recent", [])
    this = {"label": dossier.name, "url": dossier.get_absolute_url()}
    if kept[:1] != [this]:
        request.session["recent"] = [this, *[one for one in kept if one["url"] != this["url"]]][:RECENT]


class MeanwhileError(Exception):
    """Somebody else wrote in this dossier since the form was opened. `news` are the lines that came in."""

    def __init__(self, dossier: Dossier, news: list[story.Line]) -> None:
        super().__init__("Iemand anders heeft dit intussen gewijzigd. Bekijk de verschillen.")
        self.dossier, self.news = dossier, news


def unchanged(dossier: Dossier, seen: int | None, verb: Callable[[], T]) -> T:
    """Do something with a dossier, but only if it still has the `seen` events it had when the form was opened.

    `seen` is None for a button that shows nothing to compare. Raises MeanwhileError, and what `verb` raises.
    """
    with transaction.atomic():
        if seen is not None:
            now = Dossier.objects.select_for_update(of=("self",)).defer("state").get(pk=dossier.pk)
            if now.events != seen:
                raise MeanwhileError(now, news_since(dossier, seen))
        return verb()


def news_since(dossier: Dossier, seen: int) -> list[story.Line]:
    """What was added to the timeline after its first `seen` events."""
    rows = Event.objects.filter(dossier=dossier).select_related("actor").order_by("id")
    return story.lines(rows[min(max(seen, 0), dossier.events) :])


def submit(
    form: Any,
    dossier: Dossier,
    verb: Callable[[], Any],
    extra: dict[str, Any],
    known: Callable[[], Mapping[str, Any]] | None = None,
) -> bool:
    """Run a verb for a valid form. Trouble becomes a sentence on the form and its input stays.

    On a change meanwhile `extra["verschillen"]` gets the new lines, and the form the new count, so that
    sending it again is a choice made with open eyes. A form over facts that are there (`known` gives them as they
    are now) also gets `extra["velden"]`: field by field what was typed beside what is there, to choose from.
    """
    if not form.is_valid():
        return False
    try:
        unchanged(dossier, form.cleaned_data.get("events"), verb)
    except MeanwhileError as meanwhile:
        extra["verschillen"] = meanwhile.news
        form.data = form.data.copy()
        form.data[form.add_prefix("events")] = seen = str(meanwhile.dossier.events)
        if known is not None:
            extra["velden"] = differences(form, {**known(), "events": seen})
            extra["ander"] = meanwhile.news[-1].who
        form.add_error(None, str(meanwhile))
        return False
    except DossierError as trouble:
        form.add_error(None, str(trouble))
        return False
    return True


def undo_of(request: StaffRequest, dossier: Dossier, kind: str) -> str:
    """The address that takes back what this person just noted."""
    own = Event.objects.filter(dossier=dossier, kind=kind, actor=request.access.staff).order_by("-id")
    latest = own.values_list("pk", flat=True).first()
    return f"/dossiers/{dossier.number}/ongedaan/{latest}" if latest else ""


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page of this room, or of one above (`referrals/opvolging`).

    409 when somebody else changed it, 422 when the form has errors, else 200.
    """
    forms = [value for value in context.values() if hasattr(value, "error_links") and value.is_bound]
    status = 409 if context.get("verschillen") else 422 if any(form.errors for form in forms) else 200
    path = template if "/" in template else f"dossiers/{template}"
    return render(request, f"{path}.html", context, status=status)


def wants_part(request: HttpRequest) -> bool:
    """Did htmx ask, for a part of the page?"""
    return bool(getattr(request, "htmx", False))


def nothing_new(request: HttpRequest, dossier: Dossier) -> bool:
    """Did the waiting page ask for news (`?gezien=12`) while there is none?"""
    seen = request.GET.get("gezien", "")
    return wants_part(request) and seen == str(dossier.events)
