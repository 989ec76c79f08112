"""Ways in: each slot opens one account for one secret, and nothing tells which ways are set."""

from __future__ import annotations

import pytest

from diary.crypto import slots
from diary.crypto.identity import seal_to
from diary.errors import WrongSecretError
from diary.services.house import House
from diary.vault import keyring
from diary.vault.keyring import NewAccount, Slot, Stretched

RIGHT, WRONG = Stretched(b"r" * 32), Stretched(b"w" * 32)


@pytest.fixture
def made(house: House) -> NewAccount:
    return make(house, "Nad")


def make(house: House, name: str, stretched: Stretched = RIGHT) -> NewAccount:
    return keyring.create(
        name_hash=house.secrets.name_hash(name),
        salt=keyring.new_salt(),
        stretched=stretched,
        params=keyring.cost(house.settings),
        at=house.now(),
    )


def test_both_ways_open_the_same_diary(made: NewAccount) -> None:
    ways = list(made.slots)
    assert keyring.unlock_with_passphrase(made.row, ways, RIGHT) == made.unlocked
    assert keyring.unlock_with_code(made.row, ways, made.code) == made.unlocked
    assert keyring.unlock_with_code(made.row, ways, f" {made.code.lower()} ") == made.unlocked
    assert keyring.reopen(made.row, made.unlocked.keys.private) == made.unlocked


def test_a_diary_key_that_somebody_else_chose_is_refused(made: NewAccount) -> None:
    """Whoever can write the table can seal a key of his own to the public half that lies in it."""
    info = b"diary/v1/diary-key " + made.row.diary_id.encode()
    for chosen in (bytes(32), bytes(64)):
        row = made.row._replace(sealed_key=seal_to(made.row.public_key, chosen, info=info))
        with pytest.raises(WrongSecretError):
            keyring.unlock_with_passphrase(row, list(made.slots), RIGHT)


@pytest.mark.parametrize("typed", ["", "x", "7KQM-3FXW", "🗝️", "A" * 5000])
def test_what_is_no_code_opens_nothing(made: NewAccount, typed: str) -> None:
    with pytest.raises(WrongSecretError):
        keyring.unlock_with_code(made.row, list(made.slots), typed)


def test_wrong_secrets_open_nothing(house: House, made: NewAccount) -> None:
    ways, other = list(made.slots), make(house, "Ros")
    with pytest.raises(WrongSecretError):
        keyring.unlock_with_passphrase(made.row, ways, WRONG)
    with pytest.raises(WrongSecretError):
        keyring.unlock_with_code(made.row, ways, other.code)


def test_slots_of_another_account_or_position_open_nothing(house: House, made: NewAccount) -> None:
    other = make(house, "Ros")
    with pytest.raises(WrongSecretError):
        keyring.unlock_with_passphrase(made.row, list(other.slots), RIGHT)
    with pytest.raises(WrongSecretError):
        keyring.unlock_with_passphrase(made.row, list(reversed(made.slots)), RIGHT)
    moved = list(made.slots)
    moved[Slot.PASSPHRASE] = moved[Slot.CODE]
    with pytest.raises(WrongSecretError):
        keyring.unlock_with_passphrase(made.row, moved, RIGHT)


def test_a_swapped_diary_key_opens_nothing(house: House, made: NewAccount) -> None:
    other = make(house, "Ros")
    swapped = made.row._replace(sealed_key=other.row.sealed_key)
    with pytest.raises(WrongSecretError):
        keyring.unlock_with_passphrase(swapped, list(made.slots), RIGHT)
    elsewhere = made.row._replace(diary_id=other.row.diary_id)
    with pytest.raises(WrongSecretError):
        keyring.unlock_with_passphrase(elsewhere, list(made.slots), RIGHT)


def test_every_account_has_the_same_slots_of_the_same_size(made: NewAccount) -> None:
    assert len(made.slots) == len(Slot)
    assert {len(slot) for slot in made.slots} == {len(slots.random_slot())}
    assert len(set(made.slots)) == len(Slot)


def test_a_new_passphrase_or_code_touches_one_slot_only(made: NewAccount) -> None:
    ways = list(made.slots)
    ways[Slot.PASSPHRASE] = keyring.passphrase_slot(made.unlocked, WRONG)
    assert keyring.unlock_with_passphrase(made.row, ways, WRONG) == made.unlocked
    assert keyring.unlock_with_code(made.row, ways, made.code) == made.unlocked
    shown, ways[Slot.CODE] = keyring.replacement_code(made.unlocked)
    assert keyring.unlock_with_code(made.row, ways, shown) == made.unlocked
    with pytest.raises(WrongSecretError):
        keyring.unlock_with_code(made.row, ways, made.code)


def test_two_accounts_share_nothing(house: House) -> None:
    one, two = make(house, "Nad"), make(house, "Nad")
    assert one.code != two.code
    assert one.unlocked.keys != two.unlocked.keys
    assert one.row.id != two.row.id
