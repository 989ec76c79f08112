"""A small bundle made by hand, for tests of the verifier: no vault, no database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from diary.bundle.build import build
from diary.bundle.contents import (
    Contents,
    EntryItem,
    Exhibit,
    OrderItem,
    Reachable,
    ReportItem,
)
from diary.bundle.profile import PROFILES
from diary.canonical import canonical_bytes, sha256, utc_text
from diary.domain.base import Record
from diary.domain.entry import Entry, Witness
from diary.domain.file import File
from diary.domain.order import Order, Term
from diary.domain.people import Contact, Person
from diary.domain.report import Report
from diary.domain.sharing import Redacted
from diary.domain.when import When
from diary.proof import merkle
from diary.proof.checkpoint import Checkpoint, public_line, sign, sign_note
from diary.vault.ledger import Proof
from diary.vault.records import Opened, describe

NOW = datetime(2026, 3, 3, 21, 14, 6, tzinfo=UTC)
SEED = bytes(range(32))
ORIGIN = "diary-log-test"
PUBLIC = Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
LOG_KEY = public_line(ORIGIN, PUBLIC)
PHOTO = b"the bytes of a photo" * 40


def opened(
    number: int, body: Record, *, version: int = 1, before: Opened | None = None,
    parent: str | None = None,
) -> Opened:  # fmt: skip
    record_id = before.record_id if before else f"{number:032x}"
    canonical = describe(
        body, record_id=record_id, version=version, parent=parent,
        supersedes=before.commitment if before else None, written_at=NOW, device_at=None,
    )  # fmt: skip
    salt = hashlib.sha256(f"{number} {version}".encode()).digest()
    return Opened(
        record_id=record_id, version=version, n=number, received_at=NOW,
        commitment=sha256(salt, canonical), salt=salt, canonical=canonical, secret=b"k" * 32,
    )  # fmt: skip


def contents(purpose: str = "police") -> Contents:
    first = opened(1, Entry(what_happened="He rang.", when=When.at("month", "2026-02")))
    second = opened(2, Entry(what_happened="He rang again."))
    changed = opened(2, Entry(what_happened="He rang twice."), version=2, before=second)
    digest = hashlib.sha256(PHOTO).hexdigest()
    file = File(blob="0" * 32, mime="image/jpeg", size=len(PHOTO), sha256=digest,
                exhibit_ref="X-001")  # fmt: skip
    photo = opened(3, file, parent=first.record_id)
    return proven(
        [first, second, changed, photo],
        profile=PROFILES[purpose], entries=(EntryItem((first,), ("X-001",)),
        EntryItem((second, changed))), exhibits=(Exhibit("X-001", (photo,), photo),),
    )  # fmt: skip


def with_order() -> Contents:
    """A bundle for the police with an order, a copy of it, a report and a witness."""
    term = Term(term_id="ORD-1.T1", text_from_order="He must not ring.")
    order = opened(5, Order(reference="ORD-1", type="NMO", terms=(term,)))
    digest = hashlib.sha256(PHOTO).hexdigest()
    paper = opened(
        6, File(blob="0" * 32, mime="image/jpeg", size=len(PHOTO), sha256=digest),
        parent=order.record_id,
    )  # fmt: skip
    person = opened(7, Person(name="Mrs B"))
    told = Report(reference="REP-1", entries=(f"{8:032x}",), to="police_101", incident_ref="0914")
    entry = opened(
        8, Entry(what_happened="He rang.", order_ref="ORD-1", witnesses=(
            Witness(name_or_description="B", person=person.record_id),)),
    )  # fmt: skip
    report = opened(9, told)
    copy = Exhibit("ORD-1", (paper,), paper, order="ORD-1")
    return proven(
        [order, paper, person, entry, report],
        profile=PROFILES["police"], entries=(EntryItem((entry,)),), exhibits=(copy,),
        orders=(OrderItem((order,), "ORD-1", copies=(copy,)),),
        reports=(ReportItem(told, told.entries, (report,)),), beside=(person,),
        witnesses=(Reachable(Person(name="Mrs B"), Contact(phone="1"), ((entry.record_id, ""),)),),
    )  # fmt: skip


def with_copies() -> Contents:
    """A bundle of a share: an entry as a copy, and one of which an earlier version stayed."""
    body = {"what_happened": "He stood at the gate."}
    copy = opened(
        10,
        Redacted(of="e" * 32, of_version=3, of_kind="entry", left_out=("who",), body=body),
        parent="e" * 32,
    )
    first = opened(11, Entry(what_happened="At Elm Road."))
    newest = opened(11, Entry(what_happened="At the road."), version=2, before=first)
    items = (EntryItem((copy,)), EntryItem((newest,), not_shared=(1,)))
    return proven(
        [copy, newest], profile=PROFILES["practitioner"], entries=items, exhibits=(), shared=True
    )


def proven(every: list[Opened], **parts: Any) -> Contents:
    """Put records into a log of their own, and what is told of them around them."""
    leaves = [leaf(version) for version in every]
    hashes = [merkle.leaf_hash(data) for data in leaves]
    proofs = {
        version.commitment.hex(): Proof(
            leaves[i], i, tuple(merkle.inclusion_path(hashes, i)), len(every)
        )
        for i, version in enumerate(every)
    }
    checkpoint = Checkpoint(ORIGIN, len(every), merkle.root(hashes))
    return Contents(
        reference="abcd1234", consent_id="c" * 32, made_at=NOW,
        service="Notes", software="diary 0", log_key=LOG_KEY,
        sign=signed, checkpoint=sign(checkpoint, SEED, ORIGIN), proofs=proofs, **parts,
    )  # fmt: skip


def signed(text: str) -> str:
    return sign_note(text, SEED, ORIGIN)


def leaf(version: Opened) -> bytes:
    return canonical_bytes(
        {"v": 1, "at": utc_text(version.received_at), "commitment": version.commitment.hex()}
    )


def photo_bytes(_: Opened) -> Iterator[bytes]:
    yield PHOTO[:100]
    yield PHOTO[100:]


def bundle(found: Contents | None = None) -> bytes:
    return b"".join(build(found or contents(), photo_bytes))
