"""A finding becomes an action with a figure before and after, and is followed to its end."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.exchange.quality.rows import asked, planned, told
from tests.factories import make_dossier, make_staff, sign_in
from toeleiding.dossiers.models import Dossier
from toeleiding.exchange.models import ActionState, ImprovementAction
from toeleiding.exchange.quality import actions, snapshots
from toeleiding.exchange.quality import wording as w
from toeleiding.exchange.quality.catalogue import MEASURES
from toeleiding.organisations.models import Organisation, Role

pytestmark = pytest.mark.django_db


def test_the_figure_before_is_frozen_and_the_one_after_measured_again(operator: Any) -> None:
    today = timezone.localdate()
    for _ in range(30):
        told(make_dossier(work=[]), today - timedelta(days=20), category="03")
    snapshots.take()
    action = planned(operator)
    assert (action.before_numerator, action.before_denominator) == (0, 30)
    for dossier in Dossier.objects.all():
        told(dossier, today, category="03")
    snapshots.take()
    actions.close(action, ActionState.DONE, "Elke week gevraagd.")
    action.refresh_from_db()
    assert (action.before_value, action.after_value) == (0.0, 1.0)
    after = actions.after(action)
    assert after is not None
    assert w.difference(MEASURES["FRESH"], actions.before(action), after) == "Beter geworden."
    with pytest.raises(actions.ActionError, match="al afgesloten"):
        actions.close(action, ActionState.DONE, "Nog eens.")


def test_an_action_freezes_nothing_that_is_kept_back(operator: Any) -> None:
    for _ in range(3):
        asked(make_dossier(), "REFUSED")
    action = planned(operator, measure="DEAD")
    assert (action.before_hidden, action.before_numerator, action.before_value) == (True, 0, None)
    assert w.shown(MEASURES["DEAD"], actions.before(action)) == "te weinig personen"


def test_the_end_of_an_action_needs_words(operator: Any) -> None:
    action = planned(operator)
    with pytest.raises(actions.ActionError, match="Vul in"):
        actions.close(action, ActionState.DROPPED, "  ")
    with pytest.raises(actions.ActionError, match="Kies"):
        actions.close(action, ActionState.RUNNING, "x")


def test_late_ones_come_first_and_closed_ones_last(operator: Any) -> None:
    snapshots.take()
    soon = planned(operator, title="straks")
    done = planned(operator, title="klaar")
    late = planned(operator, title="te laat")
    ImprovementAction.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    actions.close(done, ActionState.DONE, "ok")
    listed = actions.listed(operator, timezone.localdate())
    assert [one.pk for one in listed] == [late.pk, soon.pk, done.pk]


def test_a_finding_becomes_an_action_and_is_followed_to_its_end(client: Client, operator: Any) -> None:
    snapshots.take()
    new = client.get("/uitwisseling/kwaliteit/acties/nieuw?meting=DEAD&agentschap=atlas").content.decode()
    assert '<option value="DEAD" selected>' in new
    assert client.post("/uitwisseling/kwaliteit/acties/nieuw", {"meting": "DEAD"}).status_code == 422
    given = {
        "meting": "FRESH", "agentschap": "", "titel": "Vaker vragen", "wie": operator.staff.pk, "doel": "90",
        "tegen": (timezone.localdate() + timedelta(days=5)).isoformat(),
    }  # fmt: skip
    made = client.post("/uitwisseling/kwaliteit/acties/nieuw", given)
    action = ImprovementAction.objects.get()
    assert made["Location"] == action.get_absolute_url()
    assert action.target == 0.9
    at = action.get_absolute_url()
    client.post(at, {"deel": "begin"})
    client.post(at, {"deel": "notitie", "notitie-tekst": "VDAB gebeld."})
    assert client.post(at, {"deel": "slot", "slot-stand": "DONE"}).status_code == 422
    client.post(at, {"deel": "slot", "slot-stand": "DONE", "slot-slot": "Gelukt."})
    page = client.get(at).content.decode()
    for words in ("VDAB gebeld.", "Gelukt.", "Klaar"):
        assert words in page
    assert "Sluit de actie af" not in page
    assert "Vaker vragen" in client.get("/uitwisseling/kwaliteit/acties").content.decode()


def test_a_team_lead_reads_no_action_with_the_figure_of_all_together(client: Client, operator: Any) -> None:
    together, mine = planned(operator), planned(operator, agency=Organisation.objects.get(code="agii"))
    sign_in(client, make_staff(Role.TEAM_LEAD))
    assert client.get(together.get_absolute_url()).status_code == 404
    assert client.get(mine.get_absolute_url()).status_code == 200
