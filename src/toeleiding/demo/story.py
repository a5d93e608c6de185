"""From the truth about a fictitious person to what her agency wrote down, day by day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from uuid import UUID
from zoneinfo import ZoneInfo

from toeleiding.demo.cases import CASES
from toeleiding.dossiers import events as e
from toeleiding.dossiers.events import Source
from toeleiding.dossiers.timeline import NewEvent
from toeleiding.law import Suspension, WorkEntry
from toeleiding.organisations.models import Staff
from toeleiding.simulator.life import Job, Life

BRUSSELS = ZoneInfo("Europe/Brussels")
AGENCY_CODES = {"AGII": "agii", "ATLAS": "atlas", "INGENT": "in-gent"}
_SUPPORT = {
    "BALIE": "Mee naar kantoor",
    "ONLINE": "Samen online",
    "TELEFOON": "Bellen met VDAB",
    "GEZAMENLIJK": "Gezamenlijk gesprek",
}
TRACK_DAYS = 550  # an average track took about a year and a half (DOMAIN 6.1)


@dataclass(frozen=True, slots=True)
class Dated:
    """An event with the day on which the agency wrote it down."""

    day: date
    event: NewEvent


class Story:
    """One person's dossier in the making. `today` is where the telling stops; the clock is seeded."""

    def __init__(self, seed: int, life: Life, today: date, case_workers: dict[str, list[Staff]]) -> None:
        self.seed = seed
        self.life = life
        self.today = today
        self.case_workers = case_workers
        self.told: list[Dated] = []
        self.opened_on = life.guidance.reported_on

    def draw(self, name: str, sides: int) -> int:
        """A repeatable number from 0 up to `sides` for this person."""
        seeded = blake2b(f"{self.seed}:{self.life.index}:{name}".encode(), digest_size=8)
        return int.from_bytes(seeded.digest()) % sides

    def case_worker(self, day: date) -> Staff:
        """Who follows this person on a day: one of the agency that then serves the place."""
        colleagues = self.case_workers[AGENCY_CODES[self.life.agency_on(day)]]
        # Whoever waits for a source that is down waits on the first desk, where a new user looks first.
        return colleagues[0 if self.life.trouble else self.life.index % len(colleagues)]

    def tell(self) -> list[tuple[datetime, list[NewEvent]]]:
        """All moments in order of time; what happened on one day was written down in one go."""
        for part in (self._intake, self._contracts, self._work, self._service, self._help, self._changes, self._end):
            for dated in part():
                if self.opened_on <= dated.day <= self.today:
                    self.told.append(dated)
        days: dict[date, list[NewEvent]] = {}
        for dated in sorted(self.told, key=lambda dated: dated.day):
            days.setdefault(dated.day, []).append(dated.event)
        return [(self._moment(day), news) for day, news in days.items()]

    def _moment(self, day: date) -> datetime:
        minutes = self.draw(f"time {day}", 8 * 60)
        return datetime.combine(day, time(9, 0), BRUSSELS) + timedelta(minutes=minutes)

    def _by(self, day: date, data: e.Data, source: Source = Source.CASE_WORKER, occurred: date | None = None) -> Dated:
        actor = self.case_worker(day) if source in (Source.CASE_WORKER, Source.CLIENT) else None
        return Dated(day, NewEvent(data, occurred or day, source, actor))

    def _question(self, what: str, day: date) -> UUID:
        return UUID(bytes=blake2b(f"{self.seed}:{self.life.index}:{what}:{day}".encode(), digest_size=16).digest())

    def _intake(self) -> Iterator[Dated]:
        life, day = self.life, self.opened_on
        agency = AGENCY_CODES[life.agency_on(day)]
        opened = e.Opened(
            agency=agency,
            case_worker=self.case_worker(day).username,
            origin="KBI",
            target_group=life.target_group,
        )
        yield self._by(day, opened)
        person = e.Identified(first_name=life.first_name, last_name=life.surname, birth=life.birth_text, sex=life.sex)
        yield self._by(day, person, Source.KBI)
        yield self._by(day, e.NumberAssigned(insz=life.insz, is_bis=life.is_bis), Source.KBI)
        yield self._by(
            day,
            e.ContactChanged(
                language=life.language,
                dutch_level="geen" if life.dutch_level == "GEEN" else life.dutch_level,
                phone=phone_of(life.index),
                email=email_of(life.index),
            ),
            Source.KBI,
        )
        yield self._address(day, day)
        if life.compulsory_education:
            yield self._by(day, e.CompulsoryEducationSet(compulsory=True))
        if life.temporary_protection:
            yield self._by(day, e.TemporaryProtectionSet(protected=True))
        if life.guidance.permit_seen_on:
            seen = e.RightToWorkSeen(may_work=life.may_work, document="Verblijfskaart")
            yield self._by(max(day, life.guidance.permit_seen_on), seen)
        if life.edge_case:
            yield self._by(day, e.Noted(text=f"Oefengeval: {CASES.get(life.edge_case, life.edge_case)}"), Source.SYSTEM)

    def _address(self, day: date, since: date) -> Dated:
        home = self.life.address_on(since).municipality
        moved = e.Moved(nis=home.nis, municipality=home.name, postal_code=home.postal_code)
        return self._by(day, moved, Source.REGISTER, since)

    def _contracts(self) -> Iterator[Dated]:
        life = self.life
        if life.earlier_contract_on:
            earlier = e.ContractRegistered(signed_on=life.earlier_contract_on)
            yield self._by(max(self.opened_on, life.earlier_contract_on), earlier, Source.KBI, life.earlier_contract_on)
        yield self._by(life.contract_on, e.ContractRegistered(signed_on=life.contract_on), Source.KBI)

    def _work(self) -> Iterator[Dated]:
        life, given = self.life, self.life.guidance
        if given.work_checked_on is None:
            return
        checked = max(self.opened_on, given.work_checked_on)
        yield self._dimona(checked)
        if life.incapacity and life.incapacity.begin <= checked:
            unable = e.WorkSituationAssessed(choice="TEMPORARILY_UNABLE", review_on=life.incapacity.review_on)
            yield self._by(checked, unable)
            if life.incapacity.end:
                yield self._by(life.incapacity.end + timedelta(days=3), e.IncapacityEnded())
        elif given.determination:
            yield self._judged(checked, given.determination, given.determination_reason or "")
        for job in life.jobs:
            yield from self._job_changes(job, checked)

    def _judged(self, day: date, outcome: str, reason: str) -> Dated:
        working = any(job.active_on(day) for job in self.life.jobs)
        choice = {
            "WORKING": "LASTING_WORK",
            "STUDYING": "STUDY",
            "NOT_WORKING": "WORK_NOT_LASTING" if working else "NO_WORK",
        }[outcome]
        data = e.from_builtins("WORK_SITUATION_ASSESSED", {"choice": choice, "basis": "DOCUMENT", "reason": reason})
        return self._by(day, data)

    def _job_changes(self, job: Job, checked: date) -> Iterator[Dated]:
        """Work that begins or ends after T1 is learnt some days later and judged again."""
        if job.begin > checked and not job.cancelled:
            day = job.begin + timedelta(days=5 + self.draw("job seen", 25))
            yield self._dimona(day)
            if job.active_on(day) and job.fraction >= 0.5:
                yield self._judged(day, "WORKING", "Arbeidscontract gezien")
        if job.end and job.end > checked:
            day = job.end + timedelta(days=4 + self.draw("end seen", 20))
            yield self._dimona(day)
            if not any(other.active_on(day) for other in self.life.jobs):
                yield self._judged(day, "NOT_WORKING", "Het werk is gestopt")

    def _dimona(self, day: date) -> Dated:
        trouble = dict(self.life.trouble).get("GeefWerkrelaties")
        if trouble:
            answer = "NOT_UNDERSTOOD" if trouble == "60007" else "SOURCE_DOWN"
            return self._by(day, e.from_builtins("WORK_ANSWERED", {"answer": answer}), Source.RSZ)
        work = [
            WorkEntry(
                kind=job.kind,
                begin=job.begin,
                end=job.end if job.end and job.end <= day else None,
                fraction=None,
                cancelled=job.cancelled,
            )
            for job in self.life.jobs
            if job.worker_type and job.begin <= day
        ]
        data = e.WorkAnswered(answer="KNOWN" if work else "NOT_KNOWN", work=work)
        return self._by(day, data, Source.RSZ)

    def _service(self) -> Iterator[Dated]:
        """Questions to VDAB or Actiris: after T1, after a registration, after its end, and of late."""
        given = self.life.guidance
        if given.work_checked_on is None or given.determination in ("WORKING", "STUDYING"):
            return
        first = max(self.opened_on, given.work_checked_on) + timedelta(days=self.draw("first question", 6))
        days = {first}
        for registration in self.life.registrations:
            days.add(max(first, registration.begin + timedelta(days=2 + self.draw("seen", 12))))
            if registration.end:
                days.add(registration.end + timedelta(days=3 + self.draw("gone", 20)))
        if self.draw("recently", 10) < 7:
            days.add(self.today - timedelta(days=self.draw("days ago", 13)))
        for day in sorted(days):
            if first <= day <= self.today:
                yield from self._asked(day)

    def _asked(self, day: date) -> Iterator[Dated]:
        question = self._question("service", day)
        service = "ACTIRIS" if self.life.region_on(day) == "BRUSSEL" else "VDAB"
        asked = {"question": question, "service": service}
        yield self._by(day, e.from_builtins("EMPLOYMENT_SERVICE_ASKED", asked))
        answer = self._answer(day, asked)
        yield self._by(day, e.from_builtins("EMPLOYMENT_SERVICE_ANSWERED", answer), Source[service])

    def _answer(self, day: date, asked: dict[str, object]) -> dict[str, object]:
        life = self.life
        trouble = dict(life.trouble).get("GeefDossierVDAB")
        if trouble:
            return {**asked, "answer": "REFUSED" if trouble in ("15021", "40001") else "SOURCE_DOWN"}
        open_now = [one for one in life.registrations if one.open_on(day) and one.service == asked["service"]]
        if life.vdab_denies or not open_now:
            return {**asked, "answer": "NOT_KNOWN"}
        category = open_now[0].category_on(day)
        found: dict[str, object] = {
            **asked,
            "answer": "KNOWN",
            "category": category.code,
            "registered_on": open_now[0].begin,
        }
        counsellor = life.counsellor_on(day)
        if counsellor and asked["service"] == "VDAB":
            name = f"{counsellor.first_name} {counsellor.surname}" if counsellor.first_name else None
            found["counsellor"] = {"name": name, "office": counsellor.office_name, "phone": counsellor.phone}
        found["invitations"] = [
            {"referral": invited.referral_id, "on": invited.meeting_on, "state": "U"}
            for invited in life.invitations
            if invited.sent_on <= day
        ]
        return found

    def _help(self) -> Iterator[Dated]:
        given = self.life.guidance
        if given.explained_on:
            explained = e.ExplanationGiven(
                language=given.explained_in, interpreter_used=given.explained_in != "nl", text_version="versie 1"
            )
            yield self._by(max(self.opened_on, given.explained_on), explained)
        if given.supported_on and given.support:
            registered = bool(self.life.registrations)
            supported = e.SupportGiven(support=_SUPPORT[given.support], outcome="COMPLETED" if registered else "PARTLY")
            yield self._by(max(self.opened_on, given.supported_on), supported)
        if given.declined_on:
            yield self._by(given.declined_on, e.Noted(text="Wil zich niet inschrijven bij VDAB."), Source.CLIENT)
        if given.printed_proof_on:
            begin = self.life.registrations[0].begin if self.life.registrations else given.printed_proof_on
            proof = e.ProofShown(registered_on=begin, document="Afdruk van Mijn Loopbaan", category="03")
            yield self._by(given.printed_proof_on, proof, Source.CLIENT)
        if given.first_contact_on:
            yield self._by(given.first_contact_on, e.ContactHeld(held=given.contact_held), Source.VDAB)
        if given.suspension:
            begin, end = given.suspension
            paused = e.TermSuspended(suspension=Suspension(begin=begin, end=end, reason="Opname in het ziekenhuis"))
            yield self._by(begin, paused)

    def _changes(self) -> Iterator[Dated]:
        life = self.life
        if life.replaced_by and life.replaced_on:
            yield self._by(life.replaced_on, e.NumberReplaced(old=life.insz, new=life.replaced_by), Source.REGISTER)
        if life.cancelled_on:
            yield self._by(life.cancelled_on, e.NumberCancelled(insz=life.insz), Source.REGISTER)
        for address in life.addresses:
            if address.begin > self.opened_on:
                day = address.begin
                yield self._address(day, day)
                agency = AGENCY_CODES[life.agency_on(day)]
                if agency != AGENCY_CODES[life.agency_on(day - timedelta(days=1))]:
                    yield self._by(day, e.AgencyChanged(agency=agency), Source.SYSTEM)
                    yield self._by(day, e.Assigned(case_worker=self.case_worker(day).username), Source.SYSTEM)

    def _end(self) -> Iterator[Dated]:
        """An attest after about a year and a half; who never registered mostly stopped long before."""
        registered = bool(self.life.registrations) or self.life.guidance.determination in ("WORKING", "STUDYING")
        if registered or self.draw("ends", 6) == 0:
            after, reason = TRACK_DAYS - 180 + self.draw("track", 360), "ATTEST"
        else:
            after, reason = 100 + self.draw("track", 150), "STOPPED"
        if self.life.edge_case and self.today - self.life.contract_on < timedelta(days=TRACK_DAYS):
            return
        yield self._by(
            self.life.contract_on + timedelta(days=after), e.from_builtins("TRACK_ENDED", {"reason": reason})
        )


def phone_of(index: int) -> str | None:
    """Most people have a mobile number; none of these exists."""
    return f"0470 00 {index // 100 % 100:02d} {index % 100:02d}" if index % 7 else None


def email_of(index: int) -> str | None:
    """Two in three have an address, under a name that is nobody's (RFC 2606)."""
    return f"persoon{index}@oefen.test" if index % 3 else None
