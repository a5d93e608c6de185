"""`/gezamenlijke-klanten`: what changed since you last looked, and everybody you follow together with VDAB."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.paginator import Paginator
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from toeleiding.dossiers.filters import Reader, whole_number
from toeleiding.dossiers.models import Dossier
from toeleiding.dossiers.views.worklist import choice
from toeleiding.dossiers.wording import LANGUAGES, SERVICES, category_words, language_name, service_name
from toeleiding.organisations.access import Access
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Role
from toeleiding.referrals import standing
from toeleiding.referrals.follow_up import changes, marks, words
from toeleiding.referrals.follow_up.changes import Change, ChangeKind
from toeleiding.referrals.limits import CHANGES_SHOWN
from toeleiding.referrals.models import Direction, Referral
from toeleiding.referrals.states import State
from toeleiding.web.limits import ROWS_A_PAGE
from toeleiding.web.templatetags.tn import pil
from toeleiding.web.toasts import toast

FOLLOWERS = (Role.CASE_WORKER, Role.TEAM_LEAD)
ADDRESS = "/gezamenlijke-klanten"
_KINDS = {str(kind): words.LABELS[kind] for kind in ChangeKind}
_COLUMNS = (
    "pk",
    "number",
    "first_name",
    "last_name",
    "language",
    "service",
    "pill",
    "tone",
    "category",
    "seat",
    "outcome",
    "referral",
    "appointment_on",
    "case_worker__first_name",
    "case_worker__last_name",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What stands in the address: which list, which filters, which page."""

    everybody: bool = False
    kinds: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    colleagues: tuple[str, ...] = ()
    page: int = 1
    notices: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        return any(values for _, values in self.chips())

    def chips(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return (
            ("soort", () if self.everybody else self.kinds),
            ("kantoor", self.offices),
            ("taal", self.languages),
            ("dienst", self.services),
            ("collega", self.colleagues),
        )

    def condition(self) -> Q:
        found = changes.on_the_list() if self.everybody else Q()
        for field, values in (
            ("seat", self.offices),
            ("language", self.languages),
            ("service", self.services),
            ("case_worker__username", self.colleagues),
        ):
            if values:
                found &= Q(**{f"{field}__in": values})
        return found

    def query(self, **changed: Any) -> str:
        """The address that shows this, with some things changed; from the first page unless said."""
        other = replace(self, **{"page": 1, **changed})
        pairs = [("lijst", "alle")] if other.everybody else []
        pairs += [(name, value) for name, values in other.chips() for value in values]
        pairs += [("pagina", str(other.page))] if other.page > 1 else []
        return f"{ADDRESS}?{urlencode(pairs)}" if pairs else ADDRESS

    def export(self) -> str:
        """The address of this list as a file."""
        return self.query().replace(ADDRESS, f"{ADDRESS}/exporteer", 1)


def read(given: QueryDict) -> Wanted:
    """The filters in an address; what nobody understands is named and left out."""
    reader = Reader(given)
    listing = given.get("lijst", "")
    if listing not in ("", "alle"):
        reader.ignored("lijst", listing, "Je ziet de wijzigingen.")
    return Wanted(
        everybody=listing == "alle",
        kinds=reader.choices("soort", _KINDS),
        offices=reader.texts("kantoor"),
        languages=reader.choices("taal", LANGUAGES),
        services=reader.choices("dienst", SERVICES),
        colleagues=reader.texts("collega"),
        page=reader.number("pagina", 1),
        notices=tuple(reader.notices),
    )


@for_roles(*FOLLOWERS)
@require_safe
def joint_clients(request: StaffRequest) -> HttpResponse:
    """Changes since the last look on top; under the other tab everybody who is registered now."""
    access = request.access
    changes.first_look(access)
    wanted = read(request.GET)
    mine = listed(access)
    there = mine.order_by().aggregate(
        registered=Count("pk", filter=changes.on_the_list()),
        offices=ArrayAgg("seat", distinct=True, default=[]),
        languages=ArrayAgg("language", distinct=True, default=[]),
        services=ArrayAgg("service", distinct=True, default=[]),
    )
    keys, found, news = _page(request, wanted, mine)
    wanted = replace(wanted, page=min(wanted.page, Paginator(range(found), ROWS_A_PAGE).num_pages))
    if not keys and found:
        keys, found, news = _page(request, wanted, mine)
    rows = rows_of(mine, keys, news, access.role is Role.TEAM_LEAD)
    access.log(AccessAction.LISTED, keys, "gezamenlijke klanten")
    return render(
        request,
        "referrals/gezamenlijke_klanten.html",
        {
            "gevraagd": wanted,
            "hier": wanted.query(page=wanted.page),
            "rijen": rows,
            "pagina": Paginator(range(found), ROWS_A_PAGE).get_page(wanted.page),
            "gewijzigd": found if not wanted.everybody and not wanted.narrowed else changes.count_changed(access),
            "ingeschreven": there["registered"],
            "wijzigingen_url": wanted.query(everybody=False),
            "alle_url": wanted.query(everybody=True),
            "export_url": wanted.export(),
            "wis_url": Wanted(everybody=wanted.everybody).query(),
            "keuzes": _choices(wanted, there, _colleagues(mine) if access.role is Role.TEAM_LEAD else {}),
            "teamleider": access.role is Role.TEAM_LEAD,
        },
    )


def listed(access: Access) -> QuerySet[Dossier]:
    """Whom somebody follows, with the latest referral and the office: that of the file, or where she was referred."""
    sent = Referral.objects.filter(dossier=OuterRef("pk"), direction=Direction.OUT).exclude(state=State.DRAFT)
    latest = sent.order_by("-since", "-pk")[:1]
    only_referred = When(Q(office="") & ~Q(outcome="REGISTERED"), then=Subquery(latest.values("office__short_name")))
    return changes.followed(access).annotate(
        referral=Subquery(latest.values("state")), seat=Case(only_referred, default=F("office"))
    )


def _page(
    request: StaffRequest, wanted: Wanted, mine: QuerySet[Dossier]
) -> tuple[list[int], int, dict[int, list[Change]]]:
    """The clients of one page, how many there are in all, and what changed for each."""
    narrowed, start = mine.filter(wanted.condition()), (wanted.page - 1) * ROWS_A_PAGE
    keys, found = clients(request.access, wanted, narrowed, start, ROWS_A_PAGE)
    return keys, found, changes.changes_of(request.access, keys)


def clients(
    access: Access, wanted: Wanted, narrowed: QuerySet[Dossier], start: int, length: int | None
) -> tuple[list[int], int]:
    """A stretch of the list in its order (without a length: all of it), and how many there are in all."""
    if wanted.everybody:
        ordered = narrowed.order_by("last_name", "first_name", "number").values_list("pk", flat=True)
        return list(ordered[start : start + length if length else None]), narrowed.count()
    kinds = [ChangeKind(kind) for kind in wanted.kinds]
    keys, found = changes.changed_clients(access, narrowed, kinds, start, length)
    if not keys and start:
        found = changes.changed_clients(access, narrowed, kinds, 0, 1)[1]
    return keys, found


def rows_of(
    mine: QuerySet[Dossier], keys: Sequence[int], news: dict[int, list[Change]], lead: bool
) -> list[dict[str, Any]]:
    """What stands in a row of each of these clients."""
    known = {one["pk"]: one for one in mine.filter(pk__in=keys).values(*_COLUMNS)}
    return [_row(known[key], news[key], lead) for key in keys if key in known]


def _row(of: dict[str, Any], news: Sequence[Change], lead: bool) -> dict[str, Any]:
    colleague = f"{of['case_worker__first_name'] or ''} {of['case_worker__last_name'] or ''}".strip()
    under_way = of["referral"] and of["outcome"] != "REGISTERED"
    referral, tone = _referral_words(of["referral"]) if under_way else ("", "")
    told = [words.said(one, service_name(of["service"])) for one in news[:CHANGES_SHOWN]]
    return {
        "id": of["pk"],
        "number": of["number"],
        "name": f"{of['first_name']} {of['last_name']}".strip(),
        "language": language_name(of["language"]) or "taal niet bekend",
        "status": of["pill"],
        "pill": pil(of["pill"], of["tone"]),
        "category": category_words(of["category"]),
        "referral": pil(referral, tone) if referral else "",
        "referral_words": referral,
        "office": of["seat"],
        "appointment_on": of["appointment_on"],
        "colleague": (colleague or "nog niemand") if lead else "",
        "changes": told,
        "more": max(0, len(news) - CHANGES_SHOWN),
        "up_to": news[0].event if news else 0,
        "call": any(one.call for one in told),
    }


def _referral_words(state: str) -> tuple[str, str]:
    """How far it is with somebody who is not registered yet, and its tone."""
    said, tone = standing.pill(State(state))
    return f"Doorverwezen: {said[0].lower()}{said[1:]}", tone


def _colleagues(mine: QuerySet[Dossier]) -> dict[str, str]:
    """Who of the agency follows joint clients, by username."""
    names = ("case_worker__username", "case_worker__first_name", "case_worker__last_name")
    found = mine.filter(case_worker__isnull=False).order_by(*names[::-1]).values_list(*names).distinct()
    return {username: f"{first} {last}" for username, first, last in found}


def _choices(wanted: Wanted, there: dict[str, Any], colleagues: dict[str, str]) -> list[dict[str, Any]]:
    languages = sorted((language_name(code), code) for code in {*there["languages"], *wanted.languages} if code)
    offices = sorted(office for office in {*there["offices"], *wanted.offices} if office)
    services = [code for code in SERVICES if code in {*there["services"], *wanted.services}]
    found = [] if wanted.everybody else [choice("soort", "Soort wijziging", _KINDS.items(), wanted.kinds)]
    found.append(choice("kantoor", "Kantoor", ((office, office) for office in offices), wanted.offices))
    found.append(choice("taal", "Taal", ((code, name) for name, code in languages), wanted.languages))
    if len(services) > 1:
        found.append(choice("dienst", "Dienst", ((code, SERVICES[code]) for code in services), wanted.services))
    if colleagues:
        found.append(choice("collega", "Trajectbegeleider", colleagues.items(), wanted.colleagues))
    return found


@for_roles(*FOLLOWERS)
@require_POST
def seen(request: StaffRequest) -> HttpResponse:
    """Mark the ticked rows, or the one whose button was pressed, as seen up to what was on screen."""
    given = request.POST.getlist("alleen") or request.POST.getlist("kies")
    pairs = [pair for pair in map(_pair, given[: 2 * ROWS_A_PAGE]) if pair]
    back = read(QueryDict(request.POST.get("terug", "").partition("?")[2]))
    if not pairs:
        toast(request, "Vink eerst een of meer klanten aan.", level=messages.WARNING)
        return HttpResponseRedirect(back.query(page=back.page))
    done = marks.mark_seen(request.access, pairs)
    people = "1 klant" if len(done) == 1 else f"{len(done)} klanten"
    if done:
        key = marks.undo_key(request.access, done)
        toast(request, f"Gezien: {people}.", undo_url=f"{ADDRESS}/gezien/{key}/ongedaan")
    else:
        toast(request, "Dit had je al gezien.")
    return HttpResponseRedirect(back.query(page=back.page))


def _pair(text: str) -> tuple[int, int] | None:
    """A dossier and an event, written 12.3456."""
    dossier, _, event = text.partition(".")
    keys = whole_number(dossier), whole_number(event)
    return keys if all(keys) else None


@for_roles(*FOLLOWERS)
@require_POST
def seen_undone(request: StaffRequest, key: str) -> HttpResponse:
    """Undo "Gezien" within ten minutes."""
    try:
        back = marks.take_back(request.access, key)
    except marks.TooLateError:
        toast(request, "Dit kan je niet meer ongedaan maken.", level=messages.WARNING)
    else:
        toast(request, f"Ongedaan gemaakt: {'1 klant staat' if back == 1 else f'{back} klanten staan'} weer bij nieuw.")
    return HttpResponseRedirect(ADDRESS)
