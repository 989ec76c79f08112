"""The registry of record kinds: the only list of what can be sealed."""

from __future__ import annotations

from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.domain.file import Derived, File
from diary.domain.kept import Contact, Kept, PrivateNote, Profile, Removal

KINDS: dict[str, type[Record]] = {
    model.kind: model
    for model in (Entry, File, Derived, Event, PrivateNote, Contact, Removal, Profile, Kept)
}
