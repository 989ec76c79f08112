"""Checking records: words to commitment, commitment to leaf, leaf to the log's signed root."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diary.canonical import JsonValue, canonical_bytes, sha256
from diary.proof import merkle
from diary.proof.checkpoint import Checkpoint, CheckpointError, verify
from diary.proof.machine import Media, Place, Version, is_copy, plain
from diary.proof.report import Report
from diary.text import N_

SALT = 32

EARLY = N_(
    "The log says that record %(record)s version %(version)s was received before it was written."
)
OTHER_WORDS = N_(
    "The words of record %(record)s version %(version)s are not those that were recorded."
)
NOT_VERIFIED = N_(
    "NOT VERIFIED, as the bundle itself says: record %(record)s version %(version)s: %(why)s"
)


@dataclass(frozen=True, slots=True)
class Log:
    """The log as this bundle shows it."""

    checkpoint: Checkpoint | None
    places: Mapping[str, Place]


def read_checkpoint(note: str, key: str, report: Report) -> Checkpoint | None:
    """Check the checkpoint's signature with the log's public key."""
    try:
        checkpoint = verify(note, key)
    except (CheckpointError, ValueError):
        report.doubt(N_("The log's checkpoint is not signed by the log's key."), "checkpoint.txt")
        return None
    report.ok(
        N_("The log's checkpoint over %(size)s lines is signed by %(origin)s."),
        size=checkpoint.size,
        origin=plain(checkpoint.origin),
    )
    return checkpoint


def check_version(version: Version, preimage: bytes | None, log: Log, report: Report) -> None:
    """Check one record version from its words to the log."""
    if preimage is None:
        report.doubt(
            N_("The proof of record %(record)s version %(version)s is missing."),
            version.preimage,
            **version.named,
        )
    elif sha256(preimage).hex() != version.commitment:
        report.doubt(
            N_("The proof of record %(record)s version %(version)s was changed."),
            version.preimage,
            **version.named,
        )
    elif not _same(version.content, preimage[SALT:]):
        report.doubt(OTHER_WORDS, **version.named)
    for why in version.not_verified:
        report.doubt(NOT_VERIFIED, **version.named, why=why)
    if not version.not_verified:
        _check_place(version, log, report)


def check_chain(
    versions: list[Version], not_shared: Mapping[str, frozenset[int]], report: Report
) -> None:
    """Check that every later version names the one before it, and none is left out unsaid."""
    by_record: dict[str, list[Version]] = {}
    for version in versions:
        by_record.setdefault(version.id, []).append(version)
    for record, chain in by_record.items():
        absent = not_shared.get(record, frozenset())
        if not _is_whole([version.number for version in chain], absent):
            report.doubt(
                N_("Record %(record)s does not have each of its versions once, in order."),
                record=record,
            )
            continue
        before = {version.number + 1: version.commitment for version in chain}
        for version in chain:
            named = version.content.get("supersedes")
            unseen = version.number - 1 in absent
            if not isinstance(named, str) if unseen else named != before.get(version.number):
                report.doubt(
                    N_("Record %(record)s version %(version)s does not follow the one before it."),
                    **version.named,
                )


def _is_whole(numbers: list[int], absent: frozenset[int]) -> bool:
    """Tell whether versions are there once each, in order, but for those that are said to stay."""
    before_last = {number for number in absent if number < numbers[-1]}
    in_order = numbers == sorted(set(numbers)) and numbers[0] >= 1
    counted = len(numbers) + len(before_last) == numbers[-1]
    return in_order and counted and before_last.isdisjoint(numbers) and before_last == absent


def check_media(
    media: Media, found: Mapping[str, str], versions: Mapping[tuple[str, int], Version],
    report: Report,
) -> None:  # fmt: skip
    """Check that a file is the one that its record names."""
    path, version = media.path, versions.get((media.record, media.version))
    body = version.content.get("body") if version else None
    recorded = body.get("sha256") if isinstance(body, dict) else None
    kind = "derived" if is_copy(path) else "file"
    if version and version.content.get("kind") != kind:
        report.doubt(
            N_("%(path)s is a copy shown as an original, or the reverse."), path, path=path
        )
    if recorded != media.sha256:
        report.doubt(N_("No record in this bundle names the SHA-256 of %(path)s."), path, path=path)
    for why in media.not_verified:
        report.doubt(
            N_("NOT VERIFIED, as the bundle itself says: %(path)s: %(why)s"),
            path,
            path=path,
            why=why,
        )
    if not media.not_verified and found.get(path) != media.sha256:
        report.doubt(N_("%(path)s is not the file that was received."), path, path=path)


def _same(value: Mapping[str, JsonValue], canonical: bytes) -> bool:
    try:
        return canonical_bytes(value) == canonical
    except (ValueError, RecursionError):
        return False


def _check_place(version: Version, log: Log, report: Report) -> None:
    place = log.places.get(version.commitment)
    if place is None:
        report.doubt(
            N_("There is no proof that record %(record)s version %(version)s is in the log."),
            **version.named,
        )
        return
    leaf: dict[str, JsonValue] = {
        "v": 1,
        "at": version.received_at,
        "commitment": version.commitment,
    }
    if not _same(leaf, place.leaf):
        report.doubt(
            N_("The log says another time of receipt for record %(record)s version %(version)s."),
            **version.named,
        )
    elif version.received_at < str(version.content.get("written_at")):
        report.doubt(EARLY, **version.named)
    elif log.checkpoint is not None and not _included(place, log.checkpoint):
        report.doubt(
            N_("The log's checkpoint does not hold record %(record)s version %(version)s."),
            **version.named,
        )


def _included(place: Place, checkpoint: Checkpoint) -> bool:
    return merkle.verify_inclusion(
        merkle.leaf_hash(place.leaf), place.place, checkpoint.size, list(place.path),
        checkpoint.root,
    )  # fmt: skip
