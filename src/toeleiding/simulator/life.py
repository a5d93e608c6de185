"""What is true about one fictitious person, dated: the types that the simulator and the demo share."""

from datetime import date
from typing import Literal

from msgspec import Struct

from toeleiding.simulator.places import Municipality, agency_of, region_of

WorkKind = Literal[
    "EMPLOYEE", "INTERIM", "SELF_EMPLOYED_MAIN", "SELF_EMPLOYED_SECONDARY", "FLEXI", "STUDENT",
    "OCCASIONAL", "IBO", "ART60", "OTHER",
]  # fmt: skip
Service = Literal["VDAB", "ACTIRIS"]


class Address(Struct, frozen=True, gc=False):
    """Where somebody lives from `begin` up to and with `end` (None: still there)."""

    municipality: Municipality
    street: str
    house_number: str
    begin: date
    end: date | None = None


class Job(Struct, frozen=True, gc=False):
    """One piece of work.

    `kind` uses the words of CONTRACTS 1 and `fraction` is the truth (1.0 = full time); Dimona holds
    neither. `worker_type` is the Dimona code, None for work that Dimona does not see (self-employed).
    """

    kind: WorkKind
    begin: date
    end: date | None
    fraction: float
    worker_type: str | None
    employer: str
    employer_number: str
    dimona_number: str
    joint_committee: str = "XXX"
    interim_agency: str | None = None
    interim_number: str | None = None
    cancelled: bool = False

    def active_on(self, day: date) -> bool:
        """Whether the person really works in it on that day."""
        return not self.cancelled and self.begin <= day and (self.end is None or self.end >= day)


class Study(Struct, frozen=True, gc=False):
    """A period of study."""

    begin: date
    end: date | None
    school: str


class Incapacity(Struct, frozen=True, gc=False):
    """A period in which somebody cannot work, with the day on which that is looked at again."""

    begin: date
    end: date | None
    review_on: date


class Category(Struct, frozen=True, gc=False):
    """A jobseeker category from a day on (INTERFACE 3.1)."""

    code: str
    begin: date


class Registration(Struct, frozen=True, gc=False):
    """A period in which somebody is registered as a jobseeker; `end` is its last day."""

    service: Service
    begin: date
    end: date | None
    categories: tuple[Category, ...]
    end_reason: Literal["WORK", "NOT_CONFIRMED", "MOVED", "OTHER"] | None = None

    def open_on(self, day: date) -> bool:
        """Whether the registration stands on that day."""
        return self.begin <= day and (self.end is None or self.end >= day)

    def category_on(self, day: date) -> Category:
        """The category that holds on that day (the first one before its beginning)."""
        known = [category for category in self.categories if category.begin <= day]
        return known[-1] if known else self.categories[0]


class Counsellor(Struct, frozen=True, gc=False):
    """Who manages the file at VDAB from `begin` on; without a name the office alone is known."""

    begin: date
    office_code: str
    office_name: str
    first_name: str | None
    surname: str | None
    phone: str | None


class Training(Struct, frozen=True, gc=False):
    """A VDAB training."""

    id: str
    title: str
    begin: date
    end: date | None


class Invitation(Struct, frozen=True, gc=False):
    """An invitation by VDAB that carries the ToeleidingsID of the agency's referral.

    `missed`: the person did not come. `opens_file`: VDAB shows a file on its account, without a registration.
    `result` is the code that VDAB gives once the day has passed; None when it gives none.
    """

    id: str
    referral_id: str
    sent_on: date
    meeting_on: date
    missed: bool = False
    opens_file: bool = False
    result: Literal["P", "O"] | None = None


class Guidance(Struct, frozen=True, gc=False):
    """What the caseworker did, as far as it happened: dates of the agency's own acts.

    `determination` is the caseworker's judgement of the work situation (WORKING, STUDYING,
    NOT_WORKING), given on `work_checked_on` with `determination_reason`; None when the registers were
    clear or nobody judged. `suspension` is a period in which the term stands still.
    """

    reported_on: date
    work_checked_on: date | None = None
    determination: Literal["WORKING", "STUDYING", "NOT_WORKING"] | None = None
    determination_reason: str | None = None
    permit_seen_on: date | None = None
    explained_on: date | None = None
    explained_in: str | None = None
    supported_on: date | None = None
    support: Literal["BALIE", "ONLINE", "TELEFOON", "GEZAMENLIJK"] | None = None
    referred_on: date | None = None
    referral_id: str | None = None
    declined_on: date | None = None
    first_contact_on: date | None = None
    contact_held: bool = False
    printed_proof_on: date | None = None
    suspension: tuple[date, date] | None = None


class Life(Struct, frozen=True, gc=False):
    """The truth about one person, from before the contract to well after today.

    Dates may lie in the future of whoever asks: look at them through the clock. `vdab_denies` means
    that VDAB answers "no data" although the person is registered. `trouble` names services that give
    an exception code about this person, as (service name, code).
    """

    index: int
    edge_case: str | None
    insz: str
    is_bis: bool
    replaced_by: str | None
    replaced_on: date | None
    cancelled_on: date | None
    surname: str
    first_name: str
    sex: Literal["M", "V"]
    birth_text: str
    birth_date: date | None
    birth_year: int
    country: str
    nationality_group: Literal["EU", "NON_EU"]
    residence_ground: str
    schooling: str
    language: str
    dutch_level: str
    addresses: tuple[Address, ...]
    target_group: Literal["VERPLICHT", "RECHTHEBBEND"]
    contract_on: date
    earlier_contract_on: date | None
    duty_on: date
    attest_on: date | None
    may_work: bool
    compulsory_education: bool
    temporary_protection: bool
    jobs: tuple[Job, ...]
    study: Study | None
    incapacity: Incapacity | None
    registrations: tuple[Registration, ...]
    counsellors: tuple[Counsellor, ...]
    trainings: tuple[Training, ...]
    invitations: tuple[Invitation, ...]
    vdab_denies: bool
    trouble: tuple[tuple[str, str], ...]
    guidance: Guidance

    def insz_on(self, day: date) -> str:
        """The number that is in use on that day."""
        if self.replaced_by and self.replaced_on and day >= self.replaced_on:
            return self.replaced_by
        return self.insz

    def address_on(self, day: date) -> Address:
        """Where the person lives on that day (the first address before it, the last one after it)."""
        for address in self.addresses:
            if address.end is None or day <= address.end:
                return address
        return self.addresses[-1]

    def agency_on(self, day: date) -> str:
        """AGII, ATLAS or INGENT on that day."""
        return agency_of(self.address_on(day).municipality.nis)

    def region_on(self, day: date) -> str:
        """VLAANDEREN, BRUSSEL or WALLONIE on that day."""
        return region_of(self.address_on(day).municipality.nis)

    def registration_on(self, day: date, service: Service = "VDAB") -> Registration | None:
        """The registration at an employment service that stands on that day."""
        return next((each for each in self.registrations if each.service == service and each.open_on(day)), None)

    def counsellor_on(self, day: date) -> Counsellor | None:
        """Who manages the file at VDAB on that day."""
        known = [counsellor for counsellor in self.counsellors if counsellor.begin <= day]
        return known[-1] if known else None
