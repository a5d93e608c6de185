"""A list from file to dossiers and back."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection

from tests.client_lists import files
from tests.factories import make_dossier, make_insz, make_staff
from toeleiding.client_lists import commit, preview, selectors, services
from toeleiding.client_lists.models import Choice, Done, Kind, Row, Upload, UploadState
from toeleiding.dossiers import events as e
from toeleiding.dossiers.models import Dossier, Event, PersonNumber
from toeleiding.dossiers.rebuild import rebuild
from toeleiding.dossiers.services import find_by_insz
from toeleiding.dossiers.timeline import load_state
from toeleiding.organisations.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> Any:
    return make_staff(Role.TEAM_LEAD)


def line(insz: str = "", first: str = "Amina", last: str = "Verzonnen", **more: Any) -> tuple[Any, ...]:
    return (
        insz, first, last, more.get("birth", "3/5/1990"), more.get("language", "Arabisch"),
        more.get("municipality", "Mechelen"), more.get("phone", "0470 12 34 56"), more.get("contract", "1/10/2026"),
    )  # fmt: skip


def taken(lead: Any, *rows: tuple[Any, ...], name: str = "lijst.xlsx") -> Upload:
    content = files.text(rows) if name.endswith(".csv") else files.xlsx(rows)
    return services.start(lead, name, content)


def kinds(upload: Upload) -> dict[int, str]:
    return dict(Row.objects.filter(upload=upload).values_list("number", "kind"))


def carried_out(lead: Any, upload: Upload) -> Upload:
    services.commit(lead, Upload.objects.get(pk=upload.pk))
    commit.commit(upload.pk)
    return Upload.objects.get(pk=upload.pk)


def undone(lead: Any, upload: Upload) -> Upload:
    services.undo(lead, Upload.objects.get(pk=upload.pk))
    commit.undo(upload.pk, lead.staff.pk)
    return Upload.objects.get(pk=upload.pk)


def test_every_row_says_what_it_means_and_nothing_is_written(lead: Any) -> None:
    known, gap, other = make_insz(), make_insz(), make_insz()
    make_dossier(insz=known, first_name="Amina", last_name="Verzonnen", birth="1990-05-03", contract=date(2026, 10, 1))
    make_dossier(insz=gap, first_name="Bilal", last_name="Verzonnen", birth="1990-00-00", contract=None)
    make_dossier(insz=other, first_name="Chaima", last_name="Verzonnen", birth="1990-05-03")
    before = Event.objects.count()
    upload = taken(
        lead,
        line(known, phone=""),
        line(gap, first="Bilal"),
        line(other, first="Chaima", birth="4/5/1991", phone=""),
        line(make_insz(), first="Dara", last="Nieuwema"),
        line("12345678901"),
        line("", first="", last=""),
    )
    assert upload.state == UploadState.READY
    assert kinds(upload) == {
        2: Kind.UNCHANGED, 3: Kind.UPDATE, 4: Kind.CONFLICT, 5: Kind.CREATE, 6: Kind.ERROR, 7: Kind.ERROR,
    }  # fmt: skip
    conflict = Row.objects.get(upload=upload, number=4)
    assert conflict.differences == {"birth": ["1990-05-03", "1991-05-04"]}
    assert Event.objects.count() == before


def test_a_committed_list_makes_and_completes_dossiers(lead: Any) -> None:
    gap, fresh = make_insz(), make_insz()
    there = make_dossier(insz=gap, first_name="Bilal", last_name="Verzonnen", birth="1990-00-00", contract=None)
    upload = taken(lead, line(gap, first="Bilal"), line(fresh, first="Dara", last="Nieuwema"))
    assert carried_out(lead, upload).state == UploadState.COMMITTED
    state = load_state(Dossier.objects.get(pk=there.pk))
    assert (state.birth, state.phone) == ("1990-05-03", "0470123456")
    assert [contract.signed_on for contract in state.contracts] == [date(2026, 10, 1)]
    made = find_by_insz(fresh)
    assert made is not None
    assert (made.name, made.agency.code, made.language, made.contract_signed_on) == (
        "Dara Nieuwema", "agii", "ar", date(2026, 10, 1),
    )  # fmt: skip
    opened = Event.objects.get(dossier=made, kind=e.Opened.kind)
    assert opened.data["origin"] == "UPLOAD"
    assert not list(rebuild())


def test_doing_it_again_changes_nothing(lead: Any) -> None:
    rows = [line(make_insz(), first="Dara", last="Nieuwema"), line(make_insz(), first="Esra", last="Andersma")]
    carried_out(lead, taken(lead, *rows))
    count = Event.objects.count()
    again = taken(lead, *rows)
    assert services.before(again) is not None
    assert set(kinds(again).values()) == {Kind.UNCHANGED}
    carried_out(lead, again)
    assert Event.objects.count() == count


def test_a_stop_halfway_loses_nothing_and_doubles_nothing(lead: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("toeleiding.client_lists.limits.CHUNK", 2)
    rows = [line(make_insz(), first=f"Naam{'abcde'[n]}", last=f"Familie{'vwxyz'[n]}") for n in range(5)]
    rows = [(*row[:3], f"{n + 1}/5/19{80 + n}", *row[4:]) for n, row in enumerate(rows)]
    rows = [
        (row[0], ["Aab", "Bac", "Cad", "Dae", "Eaf"][n], ["Vos", "Wit", "Xen", "Yde", "Zon"][n], *row[3:])
        for n, row in enumerate(rows)
    ]
    upload = taken(lead, *rows)
    services.commit(lead, upload)
    real, calls = commit._chunk, []

    def stops(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(commit, "_chunk", stops)
    with pytest.raises(KeyboardInterrupt):
        commit.commit(upload.pk)
    assert Row.objects.filter(upload=upload, done=Done.DONE).count() == 2
    monkeypatch.setattr(commit, "_chunk", real)
    commit.commit(upload.pk)
    assert Row.objects.filter(upload=upload, done=Done.DONE).count() == 5
    assert Dossier.objects.count() == 5


def test_one_number_twice_is_nothing_new_or_a_question_for_a_person(lead: Any) -> None:
    insz = make_insz()
    upload = taken(lead, line(insz), line(insz), line(insz, birth="4/5/1991"))
    assert kinds(upload) == {2: Kind.CREATE, 3: Kind.UNCHANGED, 4: Kind.ERROR}
    assert "rij 2" in Row.objects.get(upload=upload, number=4).problems["rij"]
    carried_out(lead, upload)
    assert Dossier.objects.count() == 1


def test_the_dossier_of_another_agency_is_never_shown_nor_touched(lead: Any) -> None:
    insz = make_insz()
    make_dossier(
        insz=insz, agency="atlas", nis="11002", municipality="Antwerpen", first_name="Geheim", last_name="Dossier"
    )
    upload = taken(lead, line(insz))
    row = Row.objects.get(upload=upload)
    assert row.kind == Kind.ERROR
    assert row.dossier is None
    assert row.differences == {}
    assert "ander agentschap" in row.problems["rij"]
    assert "Geheim" not in str(row.problems)


def test_an_old_number_finds_its_person(lead: Any) -> None:
    old, new = make_insz(), make_insz()
    there = make_dossier(
        e.NumberReplaced(old=old, new=new), insz=old, first_name="Amina", last_name="Verzonnen", birth="1990-05-03"
    )
    upload = taken(lead, line(old, phone=""))
    assert Row.objects.get(upload=upload).dossier_id == there.pk


def test_somebody_who_looks_alike_becomes_a_question(lead: Any) -> None:
    there = make_dossier(insz=make_insz(), first_name="Mohammed", last_name="Al Verzonnen", birth="1990-05-03")
    upload = taken(
        lead, line("", first="Mohamed", last="Al Verzonnen"), line("", first="Al Verzonnen", last="Mohammed")
    )
    assert set(kinds(upload).values()) == {Kind.QUESTION}
    assert Row.objects.get(upload=upload, number=2).candidates == [there.number]
    with pytest.raises(services.ListError, match="geen rij"):
        services.commit(lead, upload)


def test_the_same_person_is_completed_and_somebody_else_gets_a_dossier(lead: Any) -> None:
    there = make_dossier(
        insz=make_insz(), first_name="Mohammed", last_name="Al Verzonnen", birth="1990-05-03", contract=None
    )
    rows = [line("", first="Mohammed", last="Al Verzonnen"), line(make_insz(), first="Mohamed", last="Al Verzonnen")]
    upload = taken(lead, *rows)
    row = services.choose(lead, upload, 2, Choice.SAME, there.number)
    assert (row.kind, row.dossier_id) == (Kind.UPDATE, there.pk)
    services.choose(lead, upload, 3, Choice.NEW)
    carried_out(lead, upload)
    assert load_state(Dossier.objects.get(pk=there.pk)).phone == "0470123456"
    assert Dossier.objects.count() == 2


def test_a_row_with_another_number_is_never_the_same_person(lead: Any) -> None:
    there = make_dossier(insz=make_insz(), first_name="Mohammed", last_name="Al Verzonnen", birth="1990-05-03")
    upload = taken(lead, line(make_insz(), first="Mohammed", last="Al Verzonnen"))
    with pytest.raises(services.ListError, match="ander rijksregisternummer"):
        services.choose(lead, upload, 2, Choice.SAME, there.number)


def test_a_conflict_waits_for_a_decision_and_follows_it(lead: Any) -> None:
    numbers = [make_insz() for _ in range(3)]
    for number in numbers:
        make_dossier(insz=number, first_name="Amina", last_name="Verzonnen", birth="1980-01-01", contract=None)
    upload = taken(lead, *(line(number) for number in numbers))
    assert set(kinds(upload).values()) == {Kind.CONFLICT}
    services.choose(lead, upload, 2, Choice.LIST)
    services.choose(lead, upload, 3, Choice.DOSSIER)
    carried_out(lead, upload)
    births = [load_state(find_by_insz(number)).birth for number in numbers]  # type: ignore[arg-type]
    assert births == ["1990-05-03", "1980-01-01", "1980-01-01"]
    # Keeping the dossier still fills its gaps.
    assert load_state(find_by_insz(numbers[1])).phone == "0470123456"  # type: ignore[arg-type]
    assert load_state(find_by_insz(numbers[2])).phone is None  # type: ignore[arg-type]


def test_a_row_is_put_right_in_place(lead: Any) -> None:
    insz = make_insz()
    upload = taken(lead, line(insz[:-1]))
    row = Row.objects.get(upload=upload)
    assert row.kind == Kind.ERROR
    fixed = services.fix(lead, upload, 2, {**row.given, "insz": insz})
    assert (fixed.kind, fixed.insz, fixed.problems) == (Kind.CREATE, insz, {})


def test_what_changed_since_the_preview_is_not_written_over(lead: Any) -> None:
    insz = make_insz()
    there = make_dossier(insz=insz, first_name="Amina", last_name="Verzonnen", birth=None, contract=None)
    upload = taken(lead, line(insz))
    from toeleiding.dossiers.services import add_facts

    add_facts(make_staff(), there, e.Identified(first_name="Amina", last_name="Verzonnen", birth="1985-02-02"))
    carried_out(lead, upload)
    row = Row.objects.get(upload=upload)
    assert (row.kind, row.done) == (Kind.CONFLICT, Done.PENDING)
    assert load_state(Dossier.objects.get(pk=there.pk)).birth == "1985-02-02"


def test_a_list_can_be_undone(lead: Any) -> None:
    gap, fresh, worked = make_insz(), make_insz(), make_insz()
    there = make_dossier(insz=gap, first_name="Bilal", last_name="Verzonnen", birth=None, contract=None)
    before = load_state(Dossier.objects.get(pk=there.pk))
    upload = taken(
        lead,
        line(gap, first="Bilal"),
        line(fresh, first="Dara", last="Nieuwema"),
        line(worked, first="Zoë", last="Werkma"),
    )
    carried_out(lead, upload)
    from toeleiding.dossiers.services import add_facts

    add_facts(make_staff(), find_by_insz(worked), e.Noted(text="Gebeld."))  # type: ignore[arg-type]
    assert undone(lead, upload).state == UploadState.UNDONE
    assert load_state(Dossier.objects.get(pk=there.pk)) == before
    made = find_by_insz(fresh)
    assert made is not None
    assert made.tab == "DONE"
    assert load_state(made).ended_reason == "MISTAKE"
    stays = find_by_insz(worked)
    assert stays is not None
    assert stays.tab != "DONE"
    assert Row.objects.get(upload=upload, insz=worked).done == Done.KEPT
    assert not list(rebuild())
    # The same list again: the dossier that was made by mistake begins again, nothing is made twice.
    again = taken(lead, line(gap, first="Bilal"), line(fresh, first="Dara", last="Nieuwema"))
    assert kinds(again) == {2: Kind.UPDATE, 3: Kind.UPDATE}
    carried_out(lead, again)
    found = find_by_insz(fresh)
    assert found is not None
    assert (found.pk, found.tab) == (made.pk, "TODO")


def test_a_number_that_a_list_gave_is_free_again_after_undoing(lead: Any) -> None:
    there = make_dossier(first_name="Mohammed", last_name="Al Verzonnen", birth="1990-05-03")
    from toeleiding.dossiers.timeline import NewEvent, record

    assigned = Event.objects.get(dossier=there, kind=e.NumberAssigned.kind)
    record(
        there,
        NewEvent(
            e.Withdrawn(reason="Verkeerde persoon."), date(2026, 11, 1), e.Source.CASE_WORKER, corrects=assigned.pk
        ),
    )
    assert not PersonNumber.objects.filter(dossier=there).exists()
    insz = make_insz()
    upload = taken(lead, line(insz, first="Mohammed", last="Al Verzonnen"))
    services.choose(lead, upload, 2, Choice.SAME, there.number)
    carried_out(lead, upload)
    assert find_by_insz(insz) == there
    undone(lead, upload)
    assert find_by_insz(insz) is None


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"PK not a zip", "kan niet gelezen worden"),
        ("a.xlsx", b"hello", "kan niet gelezen worden"),
        ("a.csv", b"een;twee\r\n1;2", "geen kolomtitels"),
        ("a.csv", b"naam;achternaam;voornaam\r\na;b;c", "Twee kolommen"),
        ("a.csv", b"taal;gemeente\r\nArabisch;Mechelen", "geen kolom met het rijksregisternummer"),
        ("a.csv", files.text([]), "geen enkele rij"),
        ("a.csv", b"   ", "leeg"),
    ],
)
def test_a_file_that_is_no_list_says_what_to_do(lead: Any, name: str, content: bytes, said: str) -> None:
    upload = services.start(lead, name, content)
    assert upload.state == UploadState.UNREADABLE
    assert said in upload.failure
    assert upload.content is None
    assert not Row.objects.filter(upload=upload).exists()


def test_text_files_are_read_by_their_own_signs(lead: Any) -> None:
    for delimiter, encoding in ((";", "utf-8-sig"), (",", "cp1252"), ("\t", "utf-16")):
        rows = delimiter.join(("Voornaam", "Naam", "Gemeente")) + "\r\n" + delimiter.join(("Zoë", "Überma", "Gent"))
        upload = services.start(lead, "a.csv", rows.encode(encoding))
        row = Row.objects.get(upload=upload)
        assert (row.first_name, row.last_name) == ("Zoë", "Überma")


def test_the_number_of_a_row_is_the_one_that_a_person_sees(lead: Any) -> None:
    content = files.xlsx([line(make_insz())], above=3)
    upload = services.start(lead, "a.xlsx", content)
    assert list(kinds(upload)) == [5]


def test_a_case_worker_is_known_by_name(lead: Any) -> None:
    worker = make_staff(username="nadia-lijst")
    headings = (*files.HEADINGS, "Trajectbegeleider")
    rows = [(*line(make_insz()), "nadia-lijst"), (*line(make_insz(), first="Dara", last="Nieuwema"), "Iemand Anders")]
    upload = services.start(lead, "a.xlsx", files.xlsx(rows, headings))
    assert kinds(upload) == {2: Kind.CREATE, 3: Kind.ERROR}
    carried_out(lead, upload)
    made = find_by_insz(Row.objects.get(upload=upload, number=2).insz)
    assert made is not None
    assert made.case_worker == worker.staff


def test_counting_and_classifying_take_the_same_queries_for_any_length(
    lead: Any, django_assert_num_queries: Any
) -> None:
    upload = taken(lead, *(line(make_insz(), first="Aa" + "bcdefghij"[n], last="Verzonnen") for n in range(9)))
    with django_assert_num_queries(1):
        selectors.counts(upload)
    from toeleiding.client_lists import match

    with django_assert_num_queries(8):
        match.classify(upload.pk, upload.agency_id, [2])


def test_old_rows_are_erased_and_what_became_fact_stays(lead: Any) -> None:
    insz = make_insz()
    upload = carried_out(lead, taken(lead, line(insz)))
    Upload.objects.filter(pk=upload.pk).update(at=datetime(2026, 1, 1, tzinfo=upload.at.tzinfo))
    assert services.erase_old() == 1
    assert not Row.objects.filter(upload=upload).exists()
    assert find_by_insz(insz) is not None
    with pytest.raises(services.ListError):
        services.undo(lead, Upload.objects.get(pk=upload.pk))


def test_reading_waits_for_the_worker_when_the_file_is_large(lead: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("toeleiding.client_lists.limits.READ_AT_ONCE_BYTES", 10)
    upload = taken(lead, line(make_insz()))
    assert upload.state == UploadState.READING
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where task_name like '%%read_list'")
        assert cursor.fetchone()[0] == 1
    preview.read(upload.pk)
    preview.read(upload.pk)
    assert Upload.objects.get(pk=upload.pk).state == UploadState.READY
    assert Row.objects.filter(upload=upload).count() == 1
