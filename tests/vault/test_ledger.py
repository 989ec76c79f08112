"""The log: leaves pending and placed, signed checkpoints, and proofs a stranger can check."""

from __future__ import annotations

import json

import pytest

from diary.canonical import JsonValue, canonical_bytes, utc_text
from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.proof import merkle
from diary.proof.checkpoint import verifier_of, verify
from diary.services.house import House
from diary.store import log, records
from diary.vault import ledger
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.vault.test_vault import keep


def stamp(house: House) -> str | None:
    return ledger.sequence(house.store, house.secrets.log, house.now())


def checked(house: House, note: str | None) -> tuple[int, bytes]:
    key = house.secrets.log
    assert note is not None
    checkpoint = verify(note, verifier_of(key.seed, key.origin))
    assert checkpoint.origin == key.origin
    return checkpoint.size, checkpoint.root


def test_nothing_to_stamp(house: House) -> None:
    assert stamp(house) is None


def test_a_leaf_is_pending_until_it_is_placed(house: House, vault: Vault) -> None:
    kept = keep(house, vault, "one")
    with house.store.read() as conn:
        assert ledger.prove(conn, kept.commitment, 1) is None
    size, root = checked(house, stamp(house))
    with house.store.read() as conn:
        proof = ledger.prove(conn, kept.commitment, size)
        assert ledger.prove(conn, b"\0" * 32, size) is None
    assert proof is not None
    assert json.loads(proof.leaf) == {
        "v": 1,
        "at": utc_text(house.now()),
        "commitment": kept.commitment.hex(),
    }
    assert merkle.verify_inclusion(
        merkle.leaf_hash(proof.leaf), proof.place, size, list(proof.path), root
    )


def test_every_leaf_is_proved_to_every_later_checkpoint(
    house: House, vault: Vault, clock: Clock
) -> None:
    kept, notes = [], []
    for batch in (1, 2, 4, 7):
        kept += [keep(house, vault, f"entry {number}") for number in range(batch)]
        clock.pass_(minutes=1)
        notes.append(checked(house, stamp(house)))
    assert [size for size, _ in notes] == [1, 3, 7, 14]
    with house.store.read() as conn:
        for place, one in enumerate(kept):
            for size, root in notes:
                proof = ledger.prove(conn, one.commitment, size)
                if place >= size:
                    assert proof is None
                    continue
                assert proof is not None
                leaf = merkle.leaf_hash(proof.leaf)
                assert proof.place == place
                assert merkle.verify_inclusion(leaf, place, size, list(proof.path), root)


def test_stamping_again_without_news_gives_the_same_note(house: House, vault: Vault) -> None:
    keep(house, vault, "one")
    assert stamp(house) == stamp(house)


def test_a_destroyed_record_stays_in_the_log(house: House, vault: Vault) -> None:
    kept = keep(house, vault, "one")
    with house.store.write() as conn:
        records.set_destroy(conn, vault.diary_id, [kept.record_id], 1)
        records.destroy_due(conn, to_ms(house.now()))
    size, _ = checked(house, stamp(house))
    with house.store.read() as conn:
        assert ledger.prove(conn, kept.commitment, size) is not None
        assert log.size(conn) == size


def test_what_was_undone_left_no_leaf(house: House, vault: Vault) -> None:
    keep(house, vault, "one")
    with pytest.raises(KeyboardInterrupt):
        keep_and_stop(house, vault)
    size, _ = checked(house, stamp(house))
    assert size == 1


def keep_and_stop(house: House, vault: Vault) -> None:
    with house.store.write() as conn:
        vault.keep(conn, Entry(what_happened="undone"), at=house.now())
        raise KeyboardInterrupt


def test_a_leaf_is_canonical_json(house: House) -> None:
    """Written out by hand for speed: it is what RFC 8785 makes of it."""
    at, commitment = house.now(), bytes(range(32))
    body: dict[str, JsonValue] = {
        "v": 1,
        "at": utc_text(at),
        "commitment": commitment.hex(),
    }
    assert ledger.leaf_of(commitment, at) == canonical_bytes(body)
