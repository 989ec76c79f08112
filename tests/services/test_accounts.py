"""Accounts: one answer to everything wrong, a code that is never lost half-way, a clean end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from diary.domain.entry import Entry
from diary.domain.event import Event
from diary.errors import (
    BadInputError,
    BusyError,
    NotSignedInError,
    StoreFullError,
    TooManyTriesError,
    WrongSecretError,
)
from diary.services import accounts, upkeep
from diary.services.accounts import Caller, Entered
from diary.services.house import House
from diary.store import models
from diary.vault import keyring
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.conftest import PASSPHRASE

CALLER = Caller(network="192.0.2.1", browser=b"b" * 32, words="Firefox Android")
NEW = "violin harbour teaspoon maple"


def sign_up(house: House, name: str = "Nad") -> Vault:
    made = accounts.sign_up(house, name=name, passphrase=PASSPHRASE, caller=CALLER)
    return Vault(made.unlocked)


def sign_in(house: House, passphrase: str = PASSPHRASE, name: str = "Nad") -> Entered:
    return accounts.sign_in(house, name=name, passphrase=passphrase, caller=CALLER)


def with_code(house: House) -> tuple[Vault, str]:
    vault = sign_up(house)
    code = accounts.new_code(vault)
    accounts.confirm_code(house, vault, shown=code, typed=code.lower().replace("-", " "))
    return vault, code


def actions(house: House, vault: Vault) -> list[str]:
    with house.store.read() as conn:
        records = [opened.record_id for opened in vault.scan(conn, Event.kind)]
        bodies = [v.body for record in set(records) for v in vault.versions(conn, record)]
    return sorted(body.action for body in bodies if isinstance(body, Event))


def test_what_was_opened_is_what_was_made(house: House) -> None:
    made = sign_up(house)
    entered = sign_in(house)
    assert entered.unlocked == made.unlocked
    assert entered.needs_code


def test_a_name_is_one_name_however_it_is_typed(house: House) -> None:
    made = sign_up(house, "Zoë  Ånd")
    for typed in ("zoë ånd", " ZOË ÅND ", "Zoe\u0308 A\u030and", "\uff3aoë Ånd"):
        assert sign_in(house, name=typed).unlocked.account_id == made.account_id


def test_a_name_that_is_taken_is_said_only_after_the_work(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(house)
    stretched = counted(monkeypatch)
    with pytest.raises(BadInputError) as caught:
        accounts.sign_up(house, name="NAD", passphrase=PASSPHRASE, caller=CALLER)
    assert list(caught.value.fields) == ["name"]
    assert len(stretched) == 1


def test_an_empty_name_is_refused(house: House) -> None:
    with pytest.raises(BadInputError) as caught:
        accounts.sign_up(house, name=" \n ", passphrase=PASSPHRASE, caller=CALLER)
    assert list(caught.value.fields) == ["name"]


def counted(monkeypatch: pytest.MonkeyPatch) -> list[keyring.Cost]:
    """Note the cost of every passphrase that is stretched from now on."""
    seen: list[keyring.Cost] = []
    real = keyring.stretch

    def stretch(passphrase: str, salt: bytes, params: keyring.Cost) -> keyring.Stretched:
        seen.append(params)
        return real(passphrase, salt, params)

    monkeypatch.setattr(keyring, "stretch", stretch)
    return seen


def test_wrong_unknown_and_closed_take_the_same_work_and_answer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(house)
    accounts.close(house, sign_up(house, "Closed"))
    work, said = [], []
    for name, passphrase in (("Nad", "wrong"), ("nobody", PASSPHRASE), ("Closed", PASSPHRASE)):
        stretched = counted(monkeypatch)
        with pytest.raises(WrongSecretError) as caught:
            sign_in(house, passphrase, name)
        monkeypatch.undo()
        work.append(stretched)
        said.append((str(caught.value), caught.value.status))
    assert work[0] == work[1] == work[2]
    assert len(work[0]) == 1
    assert len(set(said)) == 1


@pytest.mark.parametrize("typed", ["", "\0", "x" * 100_000, "wrong \ud800", "ﬁ" * 400])
def test_bad_passphrases_are_wrong_and_nothing_worse(house: House, typed: str) -> None:
    sign_up(house)
    with pytest.raises(WrongSecretError):
        sign_in(house, typed)


def test_half_a_character_in_a_name_is_a_wrong_name(house: House) -> None:
    with pytest.raises(WrongSecretError):
        sign_in(house, name="Nad\ud800")


def test_stretching_waits_its_turn_and_gives_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(house)
    monkeypatch.setattr(accounts, "PATIENCE_SECONDS", 0.01)
    for _ in range(house.settings.argon2_at_once):
        assert house.gate.acquire(blocking=False)
    with pytest.raises(BusyError):
        sign_in(house)
    house.gate.release()
    sign_in(house)


def test_a_failed_stretch_gives_its_place_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(house)

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(keyring, "stretch", fail)
    for _ in range(house.settings.argon2_at_once + 1):
        with pytest.raises(MemoryError):
            sign_in(house)


def test_the_cost_is_raised_at_the_next_sign_in(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(house)
    stronger = replace(house, settings=replace(house.settings, argon2_memory_kib=64))
    stretched = counted(monkeypatch)
    sign_in(stronger)
    assert [cost.memory_kib for cost in stretched] == [8, 64]
    stretched.clear()
    sign_in(stronger)
    assert [cost.memory_kib for cost in stretched] == [64]
    stretched.clear()
    sign_in(house)  # settings that ask for less weaken nothing
    assert [cost.memory_kib for cost in stretched] == [64]


def test_the_code_counts_once_it_was_typed_back(house: House) -> None:
    vault = sign_up(house)
    code = accounts.new_code(vault)
    with pytest.raises(WrongSecretError):
        accounts.confirm_code(house, vault, shown=code, typed=accounts.new_code(vault))
    assert sign_in(house).needs_code
    accounts.confirm_code(house, vault, shown=code, typed=code)
    assert not sign_in(house).needs_code


def test_the_old_code_works_until_the_new_one_was_typed_back(house: House) -> None:
    vault, old = with_code(house)
    new = accounts.new_code(vault)
    accounts.way_back(house, name="Nad", code=old, caller=CALLER)
    accounts.confirm_code(house, vault, shown=new, typed=new)
    with pytest.raises(WrongSecretError):
        accounts.way_back(house, name="Nad", code=old, caller=CALLER)
    assert accounts.way_back(house, name="Nad", code=new, caller=CALLER) == vault.unlocked


def test_a_used_code_asks_for_a_new_one_at_the_next_sign_in(house: House) -> None:
    _, code = with_code(house)
    accounts.way_back(house, name="Nad", code=code, caller=CALLER)
    assert sign_in(house).needs_code


@pytest.mark.parametrize("name", ["Nad", "nobody"])
@pytest.mark.parametrize("code", ["", "2222-2222-2222-2222-2222-2222-2222-2222", "x" * 5000, "é"])
def test_a_wrong_code_and_an_unknown_name_are_one_answer(
    house: House, name: str, code: str
) -> None:
    with_code(house)
    with pytest.raises(WrongSecretError):
        accounts.way_back(house, name=name, code=code, caller=CALLER)


def test_a_new_passphrase_ends_the_old_one_and_touches_no_record(house: House) -> None:
    vault, _ = with_code(house)
    with house.store.write() as conn:
        kept = vault.keep(conn, Entry(what_happened="before"), at=house.now())
    accounts.change_passphrase(house, vault, NEW, name="Nad")
    with pytest.raises(WrongSecretError):
        sign_in(house)
    again = Vault(sign_in(house, NEW).unlocked)
    with house.store.read() as conn:
        assert again.get(conn, kept.record_id).commitment == kept.commitment


def test_a_weak_new_passphrase_changes_nothing(house: House) -> None:
    vault, _ = with_code(house)
    with pytest.raises(BadInputError):
        accounts.change_passphrase(house, vault, "weak", name="Nad")
    sign_in(house)


def test_typing_it_again_is_checked_and_slowed(house: House) -> None:
    vault, _ = with_code(house)
    accounts.unlock(house, vault.unlocked, PASSPHRASE)
    for _ in range(10):
        with pytest.raises(WrongSecretError):
            accounts.unlock(house, vault.unlocked, "wrong")
    with pytest.raises(TooManyTriesError):
        accounts.unlock(house, vault.unlocked, PASSPHRASE)
    sign_in(house)  # whoever holds an open phone does not lock her out of signing in


def test_a_closed_account_comes_back_with_its_code(house: House, clock: Clock) -> None:
    vault, code = with_code(house)
    accounts.close(house, vault)
    with pytest.raises(WrongSecretError):
        sign_in(house)
    with pytest.raises(BadInputError):
        sign_up(house)  # the name is not free while it waits
    clock.pass_(days=house.settings.delete_wait_days - 1)
    assert upkeep.finish_closings(house) == 0
    accounts.way_back(house, name="Nad", code=code, caller=CALLER)
    clock.pass_(days=30)
    assert upkeep.finish_closings(house) == 0
    sign_in(house)


def test_after_the_wait_nothing_is_left_but_the_log(
    house: House, other_vault: Vault, clock: Clock
) -> None:
    sign_up(house, "Somebody else")
    with house.store.read() as conn:
        before = {t.name: conn.execute(select(func.count()).select_from(t)).scalar_one()
                  for t in models.metadata.sorted_tables}  # fmt: skip
    vault, _ = with_code(house)
    with house.store.write() as conn:
        vault.keep(conn, Entry(what_happened="gone"), at=house.now())
    sign_in(house)
    accounts.close(house, vault)
    clock.pass_(days=house.settings.delete_wait_days, seconds=1)
    assert upkeep.finish_closings(house) == 1
    with house.store.read() as conn:
        after = {t.name: conn.execute(select(func.count()).select_from(t)).scalar_one()
                 for t in models.metadata.sorted_tables}  # fmt: skip
    left = {name for name in before if after[name] > before[name]}
    assert left <= {"leaves", "tries"}
    with pytest.raises(NotSignedInError):
        accounts.unlock(house, vault.unlocked, PASSPHRASE)
    sign_up(house)  # the name is free again


def test_what_was_done_is_written_down_for_its_owner(house: House) -> None:
    vault, code = with_code(house)
    sign_in(house)
    accounts.way_back(house, name="Nad", code=code, caller=CALLER)
    accounts.change_passphrase(house, vault, NEW, name="Nad")
    assert actions(house, vault) == [
        "account_opened", "code_replaced", "code_used", "passphrase_changed", "signed_in",
    ]  # fmt: skip


def test_a_full_disk_makes_no_half_account(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreFullError

    monkeypatch.setattr(Vault, "keep", full)
    with pytest.raises(StoreFullError):
        sign_up(house)
    monkeypatch.undo()
    with pytest.raises(WrongSecretError):
        sign_in(house)
    sign_up(house)
