"""Referrals between the timeline and the wire: what is sent is what was recorded, to the letter."""

from typing import Any
from uuid import UUID

import msgspec

from toeleiding.dossiers.events import ReferralContent, ReferralParty
from toeleiding.magda import referral


def details(key: UUID, content: ReferralContent) -> dict[str, Any]:
    """What an outbox row keeps of a referral besides the number: its identity and its content."""
    return {"referral": str(key), "content": msgspec.to_builtins(content)}


def content_of(kept: dict[str, Any]) -> ReferralContent:
    """The content back from what an outbox row keeps."""
    return msgspec.convert(kept["content"], ReferralContent, strict=False)


def question(insz: str, kept: dict[str, Any]) -> referral.Question:
    """The question on the wire: the same identity and content in every attempt."""
    content = content_of(kept)
    return referral.Question(
        insz=insz,
        id=kept["referral"],
        sender=_partner(content.sender),
        receiver=_partner(content.receiver),
        reason=content.reason,
        family_name=content.last_name,
        first_name=content.first_name,
        birth_date=content.birth,
        sex=content.sex,
        explanation=content.explanation,
        comment=content.comment,
    )


def _partner(party: ReferralParty) -> referral.Partner:
    return referral.Partner(**msgspec.to_builtins(party))
