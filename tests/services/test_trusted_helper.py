"""The way back with a helper, tried by the helper, by whoever knows the name, by the operator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from diary.domain.event import Event
from diary.domain.ids import new_id
from diary.domain.people import OtherPerson
from diary.errors import BadInputError, NotFoundError, TooManyTriesError, WrongSecretError
from diary.services import accounts, agencies, asking, own, practitioners, trusted_helper, upkeep
from diary.services.accounts import Caller
from diary.services.asking import KEPT, WAIT
from diary.services.house import House
from diary.services.throttle import ASKING, LOOKING_UP
from diary.store import accounts as rows
from diary.store import helpers, orgs, sessions
from diary.store.models import helpers as table
from diary.vault import helpers as halves
from diary.vault import keyring
from diary.vault.keyring import Slot
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.conftest import PASSPHRASE, new_vault
from tests.services.sharers import worker

HERE = Caller(network="192.0.2.1", browser=b"b" * 32)
THERE = Caller(network="198.51.100.7", browser=b"x" * 32)
CALLED = "Nad from the choir"


@dataclass(frozen=True)
class Both:
    """Her, and the friend who helps."""

    nad: Vault
    friend: Vault


@pytest.fixture
def both(house: House) -> Both:
    nad, friend = new_vault(house, "Nad"), new_vault(house, "Ros")
    chosen(house, nad, friend)
    return Both(nad, friend)


def chosen(house: House, owner: Vault, helper: Vault) -> None:
    code = trusted_helper.introduce(house, helper.account_id).code
    trusted_helper.choose(house, owner, code, called=CALLED, label="My sister")


def ask(house: House, name: str = "Nad", caller: Caller = THERE) -> str:
    return asking.ask(house, name=name, caller=caller).code


def unlocked(house: House, code: str, name: str = "Nad") -> Vault | None:
    found = asking.come_in(house, name=name, typed=code, caller=THERE).unlocked
    return Vault(found) if found else None


def events(house: House, vault: Vault) -> list[str]:
    with house.store.read() as conn:
        found = [one.body for one in vault.scan(conn, Event.kind)]
    return [body.action for body in found if isinstance(body, Event)]


def slot_of(house: House, vault: Vault) -> bytes:
    with house.store.read() as conn:
        return rows.read_slots(conn, vault.account_id)[Slot.HELPER]


def sealed_of(house: House, vault: Vault) -> bytes:
    with house.store.read() as conn:
        return helpers.read(conn, vault.account_id)


# As it should go


def test_both_halves_and_three_days_let_her_in(house: House, both: Both, clock: Clock) -> None:
    kept = own.add(house, both.nad, Event(action="imported"), record_id=new_id())
    code = ask(house)
    plea = asking.plea(house, both.friend, code.lower())
    assert (plea.called, plea.opens - plea.asked) == (CALLED, WAIT)
    asking.agree(house, both.friend, code)
    assert unlocked(house, code) is None
    clock.pass_(hours=72)
    back = unlocked(house, code)
    assert back
    assert back.account_id == both.nad.account_id
    with house.store.read() as conn:
        assert back.get(conn, kept.id).body == Event(action="imported")
    assert "helper_used" in events(house, back)


def test_it_is_used_up_by_a_new_passphrase(house: House, both: Both, clock: Clock) -> None:
    code, slot, sealed = ask(house), slot_of(house, both.nad), sealed_of(house, both.nad)
    asking.agree(house, both.friend, code)
    clock.pass_(hours=72)
    back = unlocked(house, code)
    assert back
    assert unlocked(house, code)  # cut off before the new passphrase: the paper still works
    accounts.change_passphrase(house, back, "violin harbour teaspoon maple", name="Nad")
    asking.complete(house, back)
    assert unlocked(house, code) is None
    assert trusted_helper.current(house, back) is None
    assert slot_of(house, back) != slot
    assert sealed_of(house, back) != sealed
    entered = accounts.sign_in(
        house, name="Nad", passphrase="violin harbour teaspoon maple", caller=THERE
    )
    assert entered.needs_code  # the lost code is replaced before anything else


def test_everything_that_is_open_ends(house: House, both: Both, clock: Clock) -> None:
    code = ask(house)
    asking.agree(house, both.friend, code)
    clock.pass_(hours=72)
    row = sessions.SessionRow(b"s" * 32, both.nad.account_id, 1, 1, b"", b"")
    with house.store.write() as conn:
        sessions.add(conn, row)
    assert unlocked(house, code)
    with house.store.read() as conn:
        assert sessions.of_account(conn, both.nad.account_id) == []


def test_a_practitioner_can_be_the_helper(house: House, clock: Clock) -> None:
    nad, maria = new_vault(house, "Nad"), worker(house)
    shown = practitioners.introduce(house, maria.card.account_id).code
    found = trusted_helper.find(house, nad, shown)
    assert (found.name, found.fingerprint) == (maria.card.name, maria.card.fingerprint)
    trusted_helper.choose(house, nad, shown, called=CALLED, label="")
    assert trusted_helper.current(house, nad) == trusted_helper.Chosen("Maria Okafor", True)
    code = ask(house)
    asking.agree(house, maria.vault, code)
    clock.pass_(hours=72)
    assert unlocked(house, code)


def test_a_practitioner_who_was_suspended_meanwhile_has_not_helped(
    house: House, clock: Clock
) -> None:
    nad, maria = new_vault(house, "Nad"), worker(house)
    shown = practitioners.introduce(house, maria.card.account_id).code
    trusted_helper.choose(house, nad, shown, called=CALLED, label="")
    code = ask(house)
    asking.agree(house, maria.vault, code)
    agencies.suspend(house, account_id=maria.card.account_id)
    clock.pass_(hours=72)
    assert not unlocked(house, code)


# The helper, who may be the one she fears


def test_the_helper_alone_waits_like_anybody_and_is_stopped(
    house: House, both: Both, clock: Clock
) -> None:
    code = ask(house)
    asking.agree(house, both.friend, code)
    clock.pass_(hours=71, minutes=59)
    assert unlocked(house, code) is None
    assert asking.noticed(house, both.nad.account_id)
    asking.stop(house, both.nad)
    assert asking.noticed(house, both.nad.account_id) is None
    clock.pass_(hours=1)
    assert unlocked(house, code) is None
    with pytest.raises(NotFoundError):
        asking.agree(house, both.friend, code)
    assert events(house, both.nad).count("helper_stopped") == 1


def test_signing_in_stops_it_though_she_never_looks(house: House, both: Both, clock: Clock) -> None:
    code = ask(house)
    asking.agree(house, both.friend, code)
    clock.pass_(hours=1)
    accounts.sign_in(house, name="Nad", passphrase=PASSPHRASE, caller=HERE)
    assert asking.noticed(house, both.nad.account_id)  # she is told all the same
    clock.pass_(hours=72)
    assert unlocked(house, code) is None
    with pytest.raises(NotFoundError):
        asking.plea(house, both.friend, code)


def test_the_helper_with_the_database_opens_nothing(house: House, both: Both) -> None:
    """He has every row, his own key, a code of his own, and agrees: the server's half is sealed."""
    code = ask(house)
    asking.agree(house, both.friend, code)
    sealed, slot = sealed_of(house, both.nad), slot_of(house, both.nad)
    guessed = replace(house.secrets, helper=bytes(32))
    assert halves.open_(guessed, both.nad.account_id, sealed) is None
    with house.store.read() as conn:
        row = rows.by_id(conn, both.nad.account_id)
        ways = rows.read_slots(conn, both.nad.account_id)
    assert row
    kept = trusted_helper_halves(house, both.nad)
    mine = halves.take(both.friend.unlocked, kept, both.nad.account_id).half
    for ours in (bytes(32), mine, slot[:32]):
        with pytest.raises(WrongSecretError):
            keyring.unlock_with_halves(row, ways, mine, ours)


def trusted_helper_halves(house: House, vault: Vault) -> halves.Halves:
    with house.store.read() as conn:
        kept = trusted_helper.opened(conn, house, vault.account_id)
    assert kept
    return kept


def test_a_helper_who_was_replaced_or_let_go_can_nothing(
    house: House, both: Both, clock: Clock
) -> None:
    code = ask(house)
    asking.agree(house, both.friend, code)
    slot = slot_of(house, both.nad)
    trusted_helper.remove(house, both.nad)
    assert slot_of(house, both.nad) != slot
    assert len(slot_of(house, both.nad)) == len(slot)
    assert trusted_helper.current(house, both.nad) is None
    clock.pass_(hours=72)
    assert unlocked(house, code) is None
    assert asking.noticed(house, both.nad.account_id) is None
    mina = new_vault(house, "Mina")
    chosen(house, both.nad, mina)
    fresh = ask(house)
    for gone in (code, fresh):
        with pytest.raises(NotFoundError):
            asking.agree(house, both.friend, gone)
    asking.agree(house, mina, fresh)
    clock.pass_(hours=72)
    assert unlocked(house, fresh)
    assert unlocked(house, code) is None


def test_a_request_from_before_the_helper_counts_for_nothing(house: House, clock: Clock) -> None:
    nad, friend = new_vault(house, "Nad"), new_vault(house, "Ros")
    code = ask(house)
    clock.pass_(hours=70)
    chosen(house, nad, friend)
    with pytest.raises(NotFoundError):
        asking.agree(house, friend, code)
    assert asking.noticed(house, nad.account_id) is None


def test_a_helper_who_is_suspended_or_closed_cannot_help(house: House, both: Both) -> None:
    maria = worker(house)
    shown = practitioners.introduce(house, maria.card.account_id).code
    trusted_helper.choose(house, both.nad, shown, called=CALLED, label="")
    code = ask(house)
    with house.store.write() as conn:
        orgs.suspend(conn, maria.card.account_id, 1)
    with pytest.raises(NotFoundError):
        asking.agree(house, maria.vault, code)
    assert trusted_helper.current(house, both.nad) == trusted_helper.Chosen("Maria Okafor", False)
    chosen(house, both.nad, both.friend)
    code = ask(house)
    accounts.close(house, both.friend)
    with pytest.raises(NotFoundError):
        asking.agree(house, both.friend, code)
    with house.store.write() as conn:
        rows.remove(conn, both.friend.account_id)
    assert trusted_helper.current(house, both.nad) == trusted_helper.Chosen("My sister", False)


# Whoever knows her name


def test_who_guesses_the_name_gets_nowhere_without_the_helper(
    house: House, both: Both, clock: Clock
) -> None:
    code = ask(house)
    stranger = new_vault(house, "Bo")
    with pytest.raises(NotFoundError):
        asking.plea(house, stranger, code)
    with pytest.raises(NotFoundError):
        asking.agree(house, stranger, code)
    clock.pass_(hours=73)
    assert unlocked(house, code) is None


def test_he_cannot_take_the_place_of_her_request(house: House, both: Both, clock: Clock) -> None:
    hers = ask(house, caller=HERE)
    first = asking.noticed(house, both.nad.account_id)
    clock.pass_(hours=1)
    for _ in range(5):
        his = ask(house)
    assert asking.noticed(house, both.nad.account_id) == first
    asking.agree(house, both.friend, hers)
    clock.pass_(hours=71)
    assert unlocked(house, his) is None
    assert unlocked(house, hers)


@pytest.mark.parametrize("name", ["Nad", "Nobody at all"])
def test_every_name_is_answered_alike(house: House, both: Both, clock: Clock, name: str) -> None:
    code = ask(house, name)
    begun = house.now()
    for hours in (1, 72, 24):
        clock.pass_(hours=hours)
        standing = asking.come_in(house, name=name, typed=code, caller=THERE)
        assert (standing.asked, standing.opens) == (begun, begun + WAIT)
        assert standing.unlocked is None
    asking.stop(house, both.nad)  # nobody is told
    assert asking.come_in(house, name=name, typed=code, caller=THERE) == standing
    for who, typed in (("Other", code), (name, halves.show_code(bytes(16))), (name, "x")):
        with pytest.raises(WrongSecretError):
            asking.come_in(house, name=who, typed=typed, caller=THERE)


def test_asking_is_slowed_down_by_network_and_never_by_name(house: House, both: Both) -> None:
    for _ in range(ASKING.most):
        ask(house)
    with pytest.raises(TooManyTriesError):
        ask(house)
    assert ask(house, caller=HERE)
    with pytest.raises(BadInputError):
        ask(house, " ")


def test_without_a_helper_she_is_not_frightened(house: House, vault: Vault) -> None:
    ask(house)
    assert asking.noticed(house, vault.account_id) is None
    asking.stop(house, vault)
    assert events(house, vault) == []


def test_codes_to_be_found_by_are_slowed_down(house: House, both: Both) -> None:
    for _ in range(LOOKING_UP.most):
        with pytest.raises(NotFoundError):
            asking.agree(house, both.friend, "x")
    with pytest.raises(TooManyTriesError):
        asking.plea(house, both.friend, "x")


# The operator: the database and the server's secret, nobody's key


def test_the_operator_has_one_half_and_not_the_other(
    house: House, both: Both, clock: Clock
) -> None:
    asking.agree(house, both.friend, ask(house))
    clock.pass_(hours=72)
    kept = trusted_helper_halves(house, both.nad)  # what the server's secret opens
    operator = new_vault(house, "Op")
    with pytest.raises(NotFoundError):
        halves.take(operator.unlocked, kept, both.nad.account_id)
    with pytest.raises(NotFoundError):
        halves.take(operator.unlocked, replace(kept, helper_id=operator.account_id), "0" * 32)
    with house.store.read() as conn:
        row = rows.by_id(conn, both.nad.account_id)
        ways = rows.read_slots(conn, both.nad.account_id)
    assert row
    for theirs in (bytes(32), kept.ours, kept.theirs[-32:]):
        with pytest.raises(WrongSecretError):
            keyring.unlock_with_halves(row, ways, theirs, kept.ours)


def test_what_was_handed_on_opens_for_its_code_alone(
    house: House, both: Both, clock: Clock
) -> None:
    """He moves what waits under her code to a request of his own: it does not open there."""
    hers, his = ask(house), ask(house)
    asking.agree(house, both.friend, hers)
    clock.pass_(hours=72)
    with house.store.write() as conn:
        waiting = helpers.asked_by_id(conn, halves.row_id(keyring.read_code(hers)))
        assert waiting
        helpers.hand_on(conn, halves.row_id(keyring.read_code(his)), waiting.handed)
    assert unlocked(house, his) is None


def test_an_operator_who_makes_himself_the_helper_has_no_half(
    house: House, both: Both, clock: Clock
) -> None:
    operator = new_vault(house, "Op")
    kept = trusted_helper_halves(house, both.nad)
    forged = halves.seal(
        house.secrets, both.nad.account_id, replace(kept, helper_id=operator.account_id)
    )
    with house.store.write() as conn:
        helpers.write(conn, both.nad.account_id, forged)
    with pytest.raises(NotFoundError):
        asking.agree(house, operator, ask(house))


def test_the_table_does_not_tell_who_has_a_helper(house: House, both: Both) -> None:
    with house.store.read() as conn:
        found = {row[0]: row[1] for row in conn.execute(select(*table.c))}
    assert found.keys() == {both.nad.account_id, both.friend.account_id}
    assert {len(sealed) for sealed in found.values()} == {helpers.SIZE}
    for named in (both.friend.account_id, bytes.fromhex(both.friend.account_id)):
        whole = b"".join(found.values())
        assert (named.encode() if isinstance(named, str) else named) not in whole


# Time


def test_a_clock_that_goes_back_opens_nothing(house: House, both: Both, clock: Clock) -> None:
    code = ask(house)
    asking.agree(house, both.friend, code)
    clock.pass_(hours=-100)
    assert unlocked(house, code) is None
    clock.pass_(hours=172)
    assert unlocked(house, code)


def test_after_two_weeks_it_is_over_and_swept(house: House, both: Both, clock: Clock) -> None:
    code = ask(house)
    asking.agree(house, both.friend, code)
    clock.now += KEPT - timedelta(seconds=1)
    upkeep.sweep(house)
    assert unlocked(house, code)
    clock.pass_(seconds=1)
    with pytest.raises(WrongSecretError):
        unlocked(house, code)
    with pytest.raises(NotFoundError):
        asking.plea(house, both.friend, code)
    upkeep.sweep(house)
    with house.store.read() as conn:
        assert helpers.asked_by_id(conn, halves.row_id(keyring.read_code(code))) is None


def test_a_closed_account_is_not_opened_by_it(house: House, both: Both, clock: Clock) -> None:
    code = ask(house)
    asking.agree(house, both.friend, code)
    accounts.close(house, both.nad)
    clock.pass_(hours=72)
    assert unlocked(house, code) is None


# Choosing


def test_nobody_chooses_herself_an_old_code_or_the_other_person(
    house: House, both: Both, clock: Clock
) -> None:
    own_code = trusted_helper.introduce(house, both.nad.account_id).code
    old = trusted_helper.introduce(house, both.friend.account_id).code
    newer = trusted_helper.introduce(house, both.friend.account_id).code
    for typed in (own_code, old, "", "2222-2222"):
        with pytest.raises(NotFoundError):
            trusted_helper.find(house, both.nad, typed)
    own.add(house, both.nad, OtherPerson(name="Dean Marsh"), record_id=new_id())
    with pytest.raises(NotFoundError):
        trusted_helper.choose(house, both.nad, newer, called="N", label="Dean Marsh")
    assert trusted_helper.current(house, both.nad) == trusted_helper.Chosen("My sister", True)
    clock.pass_(minutes=15)
    with pytest.raises(NotFoundError):
        trusted_helper.find(house, both.nad, newer)


@pytest.mark.parametrize("wrong", [{"called": " "}, {"label": ""}])
def test_both_names_are_asked_for(house: House, both: Both, wrong: dict[str, str]) -> None:
    code = trusted_helper.introduce(house, both.friend.account_id).code
    with pytest.raises(BadInputError):
        trusted_helper.choose(house, both.nad, code, **{"called": "N", "label": "R"} | wrong)
