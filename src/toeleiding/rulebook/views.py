"""The pages of the rulebook: every rule, one rule, and drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from toeleiding.law import RULES_READ, InForce, Rule, RuleSet
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import Role
from toeleiding.rulebook import selectors, services, words
from toeleiding.rulebook.forms import ChangeForm, DraftForm
from toeleiding.rulebook.models import RuleSetVersion, VersionStatus
from toeleiding.web.toasts import toast


@dataclass(frozen=True, slots=True)
class Line:
    """One rule on a page: the version that holds on a day, and the others."""

    rule: Rule
    others: Sequence[Rule]

    @property
    def family(self) -> str:
        return words.FAMILIES.get(self.rule.id[:1], "Andere regels")


def lines(rules: RuleSet, day: date) -> list[Line]:
    """Every rule once, in the order of the book, by the version that holds on a day (else the first to come)."""
    found = []
    for rule_id in rules.ids:
        versions = rules.versions(rule_id)
        shown = rules.at(rule_id, day) or next((one for one in versions if (one.valid_from or day) > day), versions[-1])
        found.append(Line(shown, [one for one in versions if one is not shown]))
    return found


def _matches(line: Line, text: str, status: str) -> bool:
    versions = [line.rule, *line.others]
    if status and all(rule.status != status for rule in versions):
        return False
    said = " ".join(
        f"{rule.id} {rule.title} {rule.note} {rule.source} {words.value_words(rule)}" for rule in versions
    ).casefold()
    return all(part in said for part in text.casefold().split())


def _grouped(found: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    groups: dict[str, list[Line]] = {}
    for line in found:
        groups.setdefault(line.family, []).append(line)
    return list(groups.items())


@for_roles(*Role)
@require_GET
def rules_page(request: StaffRequest) -> HttpResponse:
    """`/regels`: every rule that holds, with value, validity, status and source; filters on status and text."""
    rules = selectors.in_force()
    text, status = request.GET.get("q", "").strip()[:100], request.GET.get("status", "")
    status = status if status in words.STATUS_WORDS else ""
    everything = lines(rules, timezone.localdate())
    found = [line for line in everything if _matches(line, text, status)]
    counts = {key: sum(line.rule.status == key for line in everything) for key in words.STATUS_WORDS}
    return render(
        request,
        "rulebook/regels.html",
        {
            "rules": rules,
            "version": selectors.version_in_force(),
            "groups": _grouped(found),
            "shown": len(found),
            "total": len(everything),
            "q": text,
            "status": status,
            "statuses": [(key, said, words.STATUS_HINTS[key], counts[key]) for key, said in words.STATUS_WORDS.items()],
            "drafts": selectors.drafts(),
            "may_change": request.access.role is Role.PROJECT_LEAD,
        },
    )


@for_roles(*Role)
@require_GET
def rule_page(request: StaffRequest, rule: str) -> HttpResponse:
    """`/regels/<id>`: one rule with all its dated values, what it decides and what changed about it."""
    rules = selectors.in_force()
    versions = rules.versions(rule)
    if not versions:
        raise Http404
    today = timezone.localdate()
    return render(
        request,
        "rulebook/regel.html",
        {
            "rule": rules.at(rule, today) or versions[-1],
            "versions": versions,
            "today": today,
            "rules": rules,
            "decides": _decides(rule),
            "countable": rule in RULES_READ and any(one.status == "unconfirmed" for one in versions),
            "history": selectors.history_of(rule),
        },
    )


def _decides(rule: str) -> str:
    if rule in InForce.NAMED:
        return "Deze regel ligt vast in de beslissing. De toepassing noemt haar als reden waar ze meespeelt."
    if rule in RULES_READ:
        return "De beslissing over een dossier leest deze waarde. Een andere waarde kan dossiers veranderen."
    return "Deze regel is een afspraak of een getal. De beslissing over een dossier leest haar niet."


@for_roles(Role.PROJECT_LEAD)
@require_http_methods(["GET", "POST"])
def new_draft(request: StaffRequest) -> HttpResponse:
    """`/regels/concept/nieuw`: begin a draft from the rules in force."""
    form = DraftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.make_draft(form.cleaned_data["name"], request.access.staff, form.cleaned_data["note"])
        except services.RulebookError as error:
            form.add_error("name", str(error))
        else:
            return HttpResponseRedirect(draft.get_absolute_url())
    return render(
        request,
        "rulebook/concept_nieuw.html",
        {"form": form, "rules": selectors.in_force()},
        status=400 if form.is_bound else 200,
    )


@for_roles(*Role)
@require_GET
def draft_page(request: StaffRequest, name: str) -> HttpResponse:
    """`/regels/concept/<naam>`: what a draft changes, and all its rules to change one."""
    version = get_object_or_404(RuleSetVersion.objects.select_related("created_by", "put_in_force_by"), name=name)
    rules, base = selectors.by_name(name), selectors.by_name(version.based_on)
    text = request.GET.get("q", "").strip()[:100]
    found = [line for line in lines(rules, timezone.localdate()) if _matches(line, text, "")]
    return render(
        request,
        "rulebook/concept.html",
        {
            "version": version,
            "differences": _differences(base, rules),
            "changes": version.changes.select_related("changed_by"),
            "groups": _grouped(found),
            "shown": len(found),
            "q": text,
            "may_change": request.access.role is Role.PROJECT_LEAD and version.status == VersionStatus.DRAFT,
        },
    )


def _differences(base: RuleSet, rules: RuleSet) -> list[dict[str, Any]]:
    """The rules that are not the same in two sets, with both sides."""
    ids = dict.fromkeys([*base.ids, *rules.ids])
    return [
        {"id": key, "title": sides[-1][-1].title if sides[-1] else sides[0][-1].title, "was": sides[0], "now": sides[1]}
        for key in ids
        if (sides := (base.versions(key), rules.versions(key)))[0] != sides[1]
    ]


@for_roles(Role.PROJECT_LEAD)
@require_http_methods(["GET", "POST"])
def change_rule(request: StaffRequest, name: str, rule: str) -> HttpResponse:
    """`/regels/concept/<naam>/<regel>`: change one dated value (`?van=2025-02-01` picks which)."""
    version = get_object_or_404(RuleSetVersion, name=name, status=VersionStatus.DRAFT)
    versions = selectors.by_name(name).versions(rule)
    chosen = _chosen(versions, request.GET.get("van"))
    form = ChangeForm(chosen, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_rule(version, rule, chosen.valid_from, form.change(), request.access.staff)
        except services.RulebookError as error:
            form.add_error(None, str(error))
        else:
            toast(request, f"Regel {rule} is aangepast in je voorstel. Er is nog niets van kracht.")
            return HttpResponseRedirect(version.get_absolute_url())
    return render(
        request,
        "rulebook/concept_regel.html",
        {"form": form, "version": version, "rule": chosen, "versions": versions},
        status=400 if form.is_bound else 200,
    )


def _chosen(versions: Sequence[Rule], begin: str | None) -> Rule:
    """The dated value that the address names; without a date the one of today. Raises Http404."""
    if not versions:
        raise Http404
    if begin is None:
        today = timezone.localdate()
        return next((rule for rule in versions if rule.holds_on(today)), versions[-1])
    try:
        day = parse_date(begin) if begin else None
    except ValueError:
        raise Http404 from None
    for rule in versions:
        if rule.valid_from == day:
            return rule
    raise Http404


@for_roles(Role.PROJECT_LEAD)
@require_POST
def restore_rule(request: StaffRequest, name: str, rule: str) -> HttpResponse:
    """Put one rule in a draft back as it was."""
    version = get_object_or_404(RuleSetVersion, name=name, status=VersionStatus.DRAFT)
    try:
        services.restore_rule(version, rule)
    except services.RulebookError as error:
        toast(request, str(error), level=messages.ERROR)
    else:
        toast(request, f"Regel {rule} staat weer zoals ze van kracht is.")
    return HttpResponseRedirect(version.get_absolute_url())


@for_roles(Role.PROJECT_LEAD)
@require_POST
def discard_draft(request: StaffRequest, name: str) -> HttpResponse:
    """Throw a draft away."""
    version = get_object_or_404(RuleSetVersion, name=name, status=VersionStatus.DRAFT)
    try:
        services.discard(version)
    except services.RulebookError as error:
        toast(request, str(error), level=messages.ERROR)
    else:
        toast(request, f"Het voorstel {name} is weg. De regels van kracht bleven zoals ze zijn.")
    return HttpResponseRedirect("/regels")
