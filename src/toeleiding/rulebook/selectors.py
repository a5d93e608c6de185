"""Which rules hold, and which sets there are."""

from functools import lru_cache

from django.db.models import QuerySet

from toeleiding import law
from toeleiding.law import RuleSet
from toeleiding.rulebook.models import RuleChange, RuleSetVersion, VersionStatus


class UnknownRuleSetError(LookupError):
    """No rule set has this name. The message says what to do, in Dutch."""


def in_force() -> RuleSet:
    """The rules that hold now: the version in force, or the set that comes with the product.

    One small query; a set is read once per process and kept under its hash.
    """
    found = RuleSetVersion.objects.filter(status=VersionStatus.IN_FORCE).values_list("pk", "sha256").first()
    return _parsed(*found) if found else law.IN_FORCE


def by_name(name: str) -> RuleSet:
    """The rule set of this name, whatever its status: what a stored decision was made with.

    Raises UnknownRuleSetError.
    """
    found = RuleSetVersion.objects.filter(name=name).values_list("pk", "sha256").first()
    if found:
        return _parsed(*found)
    if name == law.IN_FORCE.name:
        return law.IN_FORCE
    known = ", ".join(names())
    raise UnknownRuleSetError(f"De regelset '{name}' bestaat niet. Kies uit: {known}.")


def names() -> list[str]:
    """All names `by_name` knows, the set of the product first."""
    return [law.IN_FORCE.name, *RuleSetVersion.objects.order_by("created_at").values_list("name", flat=True)]


def states() -> dict[str, str]:
    """The state of each stored version in Dutch, by name."""
    stored = RuleSetVersion.objects.values_list("name", "status")
    return {name: VersionStatus(status).label.lower() for name, status in stored}


@lru_cache(maxsize=32)
def _parsed(key: int, sha256: str) -> RuleSet:
    """A stored set. The hash stands in the key, so that a draft that was changed is read again."""
    return law.load(RuleSetVersion.objects.values_list("content", flat=True).get(pk=key, sha256=sha256))


def version_in_force() -> RuleSetVersion | None:
    """The row behind `in_force`, with who put it there; None when the set of the product holds."""
    return (
        RuleSetVersion.objects.filter(status=VersionStatus.IN_FORCE)
        .select_related("put_in_force_by")
        .defer("content")
        .first()
    )


def drafts() -> QuerySet[RuleSetVersion]:
    """What is being tried, newest first."""
    return RuleSetVersion.objects.filter(status=VersionStatus.DRAFT).select_related("created_by").defer("content")


def history_of(rule: str) -> QuerySet[RuleChange]:
    """What changed about one rule in sets that are or were in force, newest first."""
    return (
        RuleChange.objects.filter(rule=rule)
        .exclude(version__status=VersionStatus.DRAFT)
        .select_related("version", "changed_by")
    )
