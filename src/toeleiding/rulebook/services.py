"""The verbs of the rulebook: make a draft, change a rule in it, throw it away, put it in force."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from toeleiding import law
from toeleiding.law import Rule, RulesError, RuleSet, Status, Value
from toeleiding.organisations.models import Staff
from toeleiding.rulebook import selectors
from toeleiding.rulebook.models import RuleChange, RuleSetVersion, VersionStatus
from toeleiding.rulebook.words import dated_json


class RulebookError(Exception):
    """Something cannot be done with a rule set. The message says what to do, in Dutch."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a person wants one rule to be. `source` and `status` stay as they are when None.

    `status` "documented" is a person confirming the rule, and asks for the `source` that says so.
    """

    value: Value
    valid_from: date | None
    valid_to: date | None
    note: str
    source: str | None = None
    status: Status | None = None


@transaction.atomic
def make_draft(name: str, by: Staff, note: str = "") -> RuleSetVersion:
    """A draft with the rules that are in force now. Raises RulebookError when the name is taken or no name."""
    if name != slugify(name) or not name or len(name) > 60:
        raise RulebookError("Geef een korte naam met kleine letters, cijfers en streepjes, zoals halftijds-2027.")
    standing = selectors.in_force()
    if name == "nieuw" or name in selectors.names():
        raise RulebookError(f"Er is al een regelset met de naam {name}. Kies een andere naam.")
    return _keep(
        RuleSetVersion(name=name, based_on=standing.name, note=note, created_by=by, created_at=timezone.now()),
        RuleSet(name, standing.rules),
    )


@transaction.atomic
def change_rule(
    version: RuleSetVersion, rule_id: str, begins: date | None, change: Change, by: Staff
) -> RuleSetVersion:
    """Change the version of a rule that begins on `begins` (None = always) in a draft.

    A later `change.valid_from` leaves the old value in place until the day before; an equal or earlier one
    replaces it. Raises RulebookError when the result is no usable rule set.
    """
    locked = _draft(version)
    rules = selectors.by_name(locked.name)
    was = list(rules.versions(rule_id))
    old = next((rule for rule in was if rule.valid_from == begins), None)
    if old is None:
        raise RulebookError(f"Regel {rule_id} heeft geen waarde met dat begin. Open de regel opnieuw en kies er een.")
    now = _place(was, old, _changed(old, change, by))
    if now == was:
        raise RulebookError(f"Er verandert niets aan regel {rule_id}. Pas een waarde of een datum aan.")
    try:
        changed = rules.with_changes(locked.name, now)
    except RulesError as error:
        raise RulebookError(str(error)) from error
    RuleChange.objects.create(
        version=locked,
        rule=rule_id,
        was=dated_json(was),
        now=dated_json(now),
        note=change.note,
        changed_by=by,
        changed_at=timezone.now(),
    )
    return _keep(locked, changed)


def _changed(old: Rule, change: Change, by: Staff) -> Rule:
    if change.status == "documented" and old.status != "documented" and not (change.source or "").strip():
        raise RulebookError("Noem de bron die deze regel bevestigt, zoals de titel en de datum van de tekst.")
    return replace(
        old,
        value=change.value,
        valid_from=change.valid_from,
        valid_to=change.valid_to,
        note=change.note,
        source=change.source or old.source,
        status=change.status or old.status,
        changed_by=by.username,
    )


def _place(was: list[Rule], old: Rule, new: Rule) -> list[Rule]:
    """The versions of a rule with `new` after, or in the place of, `old`."""
    place = was.index(old)
    later = new.valid_from is not None and new.valid_from > (old.valid_from or date.min)
    kept = [replace(old, valid_to=new.valid_from - timedelta(days=1))] if later and new.valid_from else []
    if (new.value, new.valid_from, new.valid_to, new.status, new.source) == (
        old.value,
        old.valid_from,
        old.valid_to,
        old.status,
        old.source,
    ):
        return was
    return [*was[:place], *kept, new, *was[place + 1 :]]


@transaction.atomic
def restore_rule(version: RuleSetVersion, rule_id: str) -> RuleSetVersion:
    """Put a rule in a draft back as it is in the set the draft was made from."""
    locked = _draft(version)
    base = selectors.by_name(locked.based_on)
    locked.changes.filter(rule=rule_id).delete()
    rules = selectors.by_name(locked.name)
    return _keep(locked, rules.with_changes(locked.name, base.versions(rule_id)))


@transaction.atomic
def discard(version: RuleSetVersion) -> None:
    """Throw a draft away, its trials with it. What is or was in force cannot be thrown away."""
    _draft(version).delete()


@transaction.atomic
def put_in_force(version: RuleSetVersion, reason: str, by: Staff) -> RuleSetVersion:
    """Let a draft take the place of the rules in force, from this moment.

    Deciding again about everybody is the work of the room above (`dossiers.jobs.redecide_everybody`).
    Raises RulebookError without a reason, for what is no draft, and when the rules in force are no longer the
    ones the draft was made from: what was tried would then not be what happens.
    """
    if not reason.strip():
        raise RulebookError("Geef een reden. Die staat later bij elke beslissing die hierdoor verandert.")
    locked = _draft(version)
    standing = selectors.in_force().name
    if locked.based_on != standing:
        raise RulebookError(
            f"Intussen geldt de regelset {standing}. Maak daarvan een nieuw voorstel en probeer dat eerst."
        )
    RuleSetVersion.objects.filter(status=VersionStatus.IN_FORCE).update(status=VersionStatus.RETIRED)
    locked.status = VersionStatus.IN_FORCE
    locked.in_force_from, locked.put_in_force_by, locked.reason = timezone.now(), by, reason.strip()
    try:
        with transaction.atomic():
            locked.save()
    except IntegrityError as error:
        raise RulebookError("Iemand anders maakte net een regelset van kracht. Bekijk eerst welke nu geldt.") from error
    return locked


def _draft(version: RuleSetVersion) -> RuleSetVersion:
    """The row, locked. Raises RulebookError when it is gone or no draft any more."""
    locked = RuleSetVersion.objects.select_for_update().filter(pk=version.pk).first()
    if locked is None:
        raise RulebookError("Dit voorstel bestaat niet meer. Kies een ander voorstel of maak een nieuw.")
    if locked.status != VersionStatus.DRAFT:
        raise RulebookError("Deze regelset is al van kracht geweest en verandert niet meer. Maak een nieuw voorstel.")
    return locked


def _keep(version: RuleSetVersion, rules: RuleSet) -> RuleSetVersion:
    version.content, version.sha256 = law.dump(rules), rules.hash
    version.save()
    return version
