"""From what a register's answer holds to the events of a dossier. Pure: no database, no wire."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from toeleiding.dossiers import events as e
from toeleiding.dossiers.events import Source
from toeleiding.law import Answer, WorkEntry
from toeleiding.magda import jobseeker, kbi, vdab, work
from toeleiding.magda.insz import is_digits

_TARGET_GROUPS = {"PLICHT": "VERPLICHT", "RECHT_PLICHT": "VERPLICHT", "RECHT": "RECHTHEBBEND"}
_CATEGORY_DIGITS = 2


def employment_from_vdab(
    facts: vdab.Facts, outcome: Answer, attendance: Mapping[str, str] = MappingProxyType({})
) -> e.EmploymentServiceAnswered:
    """A file at VDAB. PARTIAL when it does not say whether the person is registered (INTERFACE chapter 3).

    `attendance` is rule D-04: what the codes of a result mean.
    """
    who = facts.counsellor
    return e.EmploymentServiceAnswered(
        answer=outcome,
        category=category(facts.category),
        category_text=facts.category_words,
        registered_on=facts.registered_on,
        counsellor=(e.Counsellor(name=who.name, office=who.office, phone=who.phone, email=who.email) if who else None),
        invitations=tuple(_step(step, attendance) for step in facts.invitations),
        advices=tuple(_step(step, attendance) for step in facts.advices),
        tests=tuple(_step(step, attendance) for step in facts.tests),
    )


def _step(step: vdab.Step, attendance: Mapping[str, str]) -> e.Invitation:
    """An invitation, advice or test; code and words stay as delivered, an unknown result means nothing to us."""
    means = attendance.get(step.result or "")
    return e.Invitation(
        referral=step.referral_id,
        on=step.on,
        state=step.state_words or step.state,
        result=step.result_words or step.result,
        attended=None if means is None else means == "gekomen",
    )


def at_service(facts: jobseeker.Facts, service: str) -> jobseeker.AtService | None:
    """What one employment service answered; None when it is not in the answer."""
    return next((one for one in facts.services if one.service == service), None)


def employment_from_job_seekers(
    found: jobseeker.AtService | None, service: str, outcome: Answer
) -> e.EmploymentServiceAnswered:
    """The registration at one employment service, from the jobseeker register."""
    inscriptions = found.inscriptions if found else []
    latest = max(inscriptions, key=lambda one: one.registered_on or date.min, default=None)
    return e.EmploymentServiceAnswered(
        answer=outcome,
        service="ACTIRIS" if service == "ACTIRIS" else "VDAB",
        category=category(latest.category) if latest else None,
        category_text=latest.category_words if latest else None,
        registered_on=found.registered_on if found and outcome == "KNOWN" else None,
    )


def category(code: str | None) -> str | None:
    """A jobseeker category in two digits: VDAB003 at the KSZ is 03 at VDAB (INTERFACE 3.1 and 6)."""
    if not code:
        return None
    digits = "".join(sign for sign in code if sign.isascii() and sign.isdigit())
    return digits[-_CATEGORY_DIGITS:] if len(digits) >= _CATEGORY_DIGITS else code.strip()[:4]


def work_from_dimona(facts: work.Facts | None, outcome: Answer) -> e.WorkAnswered:
    """What Dimona answered. NOT_KNOWN is an empty list; a failure leaves `work` absent."""
    if outcome == "NOT_KNOWN":
        return e.WorkAnswered(answer=outcome, work=[])
    if facts is None or facts.work is None or outcome not in ("KNOWN", "PARTIAL"):
        return e.WorkAnswered(answer=outcome)
    entries = [
        WorkEntry(
            kind=entry.kind,  # type: ignore[arg-type]  # magda and law name the same kinds, and know nothing of each other
            begin=entry.begin,
            end=entry.end,
            fraction=entry.fraction,
            cancelled=entry.cancelled,
        )
        for entry in facts.work
    ]
    return e.WorkAnswered(answer=outcome, work=entries)


def person_from_kbi(facts: kbi.Facts, insz: str) -> list[e.Data]:
    """What the integration file tells about the person, in the order in which a dossier begins."""
    news: list[e.Data] = [
        e.Identified(
            first_name=" ".join(facts.first_names)[:80],
            last_name=" ".join(facts.family_names)[:80],
            birth=facts.birth_date,
            sex=facts.sex if facts.sex in ("M", "V") else None,  # type: ignore[arg-type]
        ),
        e.NumberAssigned(insz=insz, is_bis=is_bis(insz)),
    ]
    spoken = facts.language
    if spoken.contact or spoken.dutch or facts.phone or facts.email:
        news.append(
            e.ContactChanged(
                language=spoken.contact[:8] if spoken.contact else None,
                dutch_level=spoken.dutch,
                phone=facts.phone,
                email=facts.email,
            )
        )
    if facts.address is not None and (facts.address.nis or facts.address.municipality):
        home = facts.address
        town = home.municipality[:60] if home.municipality else None
        news.append(e.Moved(nis=home.nis, municipality=town, postal_code=home.postal_code))
    group = _TARGET_GROUPS.get(facts.target_group.type or "") if facts.target_group else None
    if group:
        news.append(e.TargetGroupSet(target_group=group))  # type: ignore[arg-type]
    news += [
        e.ContractRegistered(signed_on=contract.registered_on, contract_type=contract.type)
        for contract in sorted(
            (one for one in facts.contracts if one.registered_on), key=lambda one: one.registered_on or date.min
        )
        if contract.registered_on
    ]
    return news


def is_bis(insz: str) -> bool:
    """Whether the digits themselves say "bisnummer": month 20 to 32 or 40 to 52 (INTERFACE 1.5)."""
    month = int(insz[2:4]) if is_digits(insz) else 0
    return 20 <= month <= 32 or 40 <= month <= 52


def source_of_service(service: str) -> Source:
    """Who says what the employment service answers."""
    return Source.ACTIRIS if service == "ACTIRIS" else Source.VDAB
