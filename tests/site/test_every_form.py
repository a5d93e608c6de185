"""Point 13 of EXPERIENCE 8: every form, sent empty and sent with nonsense, comes back with errors that say what to do.

The forms are those that stand on the pages themselves (`walking`); each answer is looked at as the person who made the
mistake would (`judging`). An address that is sent to and was not reached has to be named here.
"""

from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.test import Client
from tests.factories import sign_in
from tests.site.judging import judge, page
from tests.site.walking import Form, forms_in, route, walk

from toeleiding.demo.build import build
from toeleiding.organisations.access import Access, access_of
from toeleiding.organisations.models import Role, StaffRole

pytestmark = pytest.mark.django_db
PEOPLE = 60
# The button names the one row it is about; what is ticked in other rows is not asked.
BUTTON_ALONE = {("gezamenlijke-klanten/gezien", "alleen")}


@dataclass
class Walked:
    sent_to: set[str] = field(default_factory=set)
    forms: int = 0
    wrong: dict[str, list[str]] = field(default_factory=dict)


def somebody(role: Role) -> Access:
    """The first who holds a role, at the agency or the office with most of the demonstration."""
    held = StaffRole.objects.select_related("staff", "organisation").filter(role=role).order_by("staff__username")
    where = "vdab-mechelen" if role is Role.VDAB_COUNSELLOR else "agii"
    return access_of(held.filter(organisation__code=where).first() or held[0])


@pytest.fixture(scope="module")
def walked(django_db_setup: None, django_db_blocker: pytest.FixtureDef[object]) -> Walked:
    """Every form that somebody of some role finds, sent in every way; nothing of it stays."""
    seen: set[object] = set()
    result = Walked()
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        build(PEOPLE)
        for role in Role:
            access = somebody(role)
            for path, tree in walk(sign_in(Client(), access), ["/"]):
                for form in forms_in(path, tree):
                    if form.key not in seen:
                        seen.add(form.key)
                        result.forms += 1
                        result.sent_to.add(route(form.action))
                        result.wrong |= tried(access, form)
        transaction.set_rollback(True)
    return result


def tried(access: Access, form: Form) -> dict[str, list[str]]:
    """What is wrong with the answers to one form."""
    wrong = {}
    ways = {"empty": form.empty(), "nonsense": form.nonsense()}
    if (route(form.action), form.button[0]) in BUTTON_ALONE:
        del ways["nonsense"]
    for way, sent in ways.items():
        with transaction.atomic():
            client = sign_in(Client(), access)
            before = page(client, form.page)
            found = judge(client, form, sent, client.post(form.action, sent), before)
            transaction.set_rollback(True)
        if found:
            wrong[f"{access.role.value} {form} {way}"] = found
    if form.hidden:
        with transaction.atomic():
            answer = sign_in(Client(), access).post(form.action, form.forged())
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            wrong[f"{access.role.value} {form} forged"] = [f"status {answer.status_code}"]
    return wrong


def test_every_form_sent_empty_or_with_nonsense_says_what_to_do(walked: Walked) -> None:
    assert walked.forms > 80
    assert not walked.wrong, "\n".join(f"{form}: {found}" for form, found in walked.wrong.items())
