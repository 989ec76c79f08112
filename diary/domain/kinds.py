"""The registry of record kinds: the only list of what can be sealed."""

from __future__ import annotations

from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.file import Derived, File
from diary.domain.kept import Kept, PrivateNote, Profile, Removal
from diary.domain.order import Order
from diary.domain.people import Contact, OtherPerson, Person, Secrets, Told
from diary.domain.plan import Lead, Plan, PlanLook
from diary.domain.practice import PracticeRecord
from diary.domain.report import Report, ReportLink
from diary.domain.sharing import Consent, Redacted

KINDS: dict[str, type[Record]] = {
    model.kind: model
    for model in (
        Entry, File, Derived, Event, PrivateNote, Removal, Profile, Kept,
        Order, Report, ReportLink, Person, Contact, OtherPerson, Secrets, Told,
        Lead, Plan, PlanLook, PracticeRecord, Consent, Redacted,
    )
}  # fmt: skip
