"""What the simulator says and what the client understands: every outcome occurs, each where its story says."""

import pytest

from tests.simulator.asking import TODAY, about, case
from toeleiding.magda import services
from toeleiding.magda.answers import Answer, read_answer
from toeleiding.magda.outcomes import Outcome
from toeleiding.magda.services import Service
from toeleiding.simulator.population import EDGE_CASES, life
from toeleiding.simulator.world import World


def understood(service: Service, insz: str, check: bool = False) -> Answer:
    reply = World(today=TODAY, check_repertorium=check).answer(about(service, insz, reference="ref"))
    answer = read_answer(reply.body, expect=service)
    assert answer.readable
    assert answer.reference == "ref"
    return answer


@pytest.mark.parametrize(
    ("service", "slug", "outcome"),
    [
        (services.VDAB, "registered-before-arrival", Outcome.KNOWN),
        (services.VDAB, "never-registered", Outcome.NOT_KNOWN),
        (services.VDAB, "vdab-no-data-with-proof", Outcome.NOT_KNOWN),
        (services.VDAB, "lapsed-category-93", Outcome.NOT_KNOWN),
        (services.VDAB, "bis-to-national-number", Outcome.REPLACED),
        (services.VDAB, "cancelled-number", Outcome.CANCELLED),
        (services.VDAB, "dossier-without-category", Outcome.PARTIAL),
        (services.VDAB, "vdab-refused", Outcome.REFUSED),
        (services.VDAB, "vdab-source-down", Outcome.SOURCE_DOWN),
        (services.WORK, "unknown-worker-type", Outcome.KNOWN),
        (services.WORK, "work-not-understood", Outcome.NOT_UNDERSTOOD),
        (services.WORK, "work-source-down", Outcome.SOURCE_DOWN),
        (services.KBI_2, "kbi-source-down", Outcome.SOURCE_DOWN),
        (services.KBI_1, "bis-to-national-number", Outcome.REPLACED),
        (services.JOBSEEKER, "vdab-no-data-with-proof", Outcome.KNOWN),
        (services.JOBSEEKER, "partial-register-answer", Outcome.PARTIAL),
        (services.JOBSEEKER, "bis-to-national-number", Outcome.REPLACED),
        (services.PERSON, "cancelled-number", Outcome.CANCELLED),
    ],
    ids=lambda each: getattr(each, "name", None) or str(each),
)
def test_an_edge_case_is_understood_as_its_story_says(service: Service, slug: str, outcome: Outcome) -> None:
    assert understood(service, case(slug)).outcome == outcome


def test_without_inscription_nobody_is_taken_for_not_registered() -> None:
    for service in (services.VDAB, services.WORK, services.JOBSEEKER, services.PERSON):
        assert understood(service, case("never-registered"), check=True).outcome == Outcome.NOT_INTEGRATED


@pytest.mark.parametrize("service", [services.VDAB, services.KBI_2, services.WORK, services.JOBSEEKER])
def test_the_new_number_travels_with_the_refusal_of_the_old_one(service: Service) -> None:
    bis = life(2022, EDGE_CASES["bis-to-national-number"])
    assert understood(service, bis.insz).replaced_by == bis.replaced_by
