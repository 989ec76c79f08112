"""Guessing is slowed down, and whoever guesses never locks the owner out."""

from __future__ import annotations

import pytest

from diary.errors import TooManyTriesError, WrongSecretError
from diary.services import accounts, throttle
from diary.services.accounts import Caller
from diary.services.house import House
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.conftest import PASSPHRASE

HOME = "192.0.2.7"
HERS = Caller(network=HOME, browser=b"h" * 32)


def guess(house: House, caller: Caller, *, name: str = "Nad") -> type[Exception] | None:
    try:
        accounts.sign_in(house, name=name, passphrase="wrong words entirely", caller=caller)
    except (WrongSecretError, TooManyTriesError) as error:
        return type(error)
    return None


def stranger(number: int, network: str = HOME) -> Caller:
    return Caller(network=network, browser=number.to_bytes(32))


@pytest.fixture
def code(house: House) -> str:
    """An account whose owner has signed in from home with her own phone; its recovery code."""
    made = accounts.sign_up(house, name="Nad", passphrase=PASSPHRASE, caller=HERS)
    vault = Vault(made.unlocked)
    code = accounts.new_code(vault)
    accounts.confirm_code(house, vault, shown=code, typed=code)
    return code


def test_a_thousand_wrong_tries_do_not_lock_her_out(house: House, code: str) -> None:
    answers = {guess(house, stranger(number)) for number in range(1000)}
    assert answers == {WrongSecretError, TooManyTriesError}
    assert guess(house, stranger(1000)) is TooManyTriesError
    # Her own phone, on the very network that he guesses from:
    accounts.sign_in(house, name="Nad", passphrase=PASSPHRASE, caller=HERS)
    # A new phone on another network:
    elsewhere = Caller(network="198.51.100.9", browser=b"n" * 32)
    accounts.sign_in(house, name="Nad", passphrase=PASSPHRASE, caller=elsewhere)
    # The code, from an unknown browser on his network:
    accounts.way_back(house, name="Nad", code=code, caller=stranger(5000))


def test_a_name_is_slowed_after_ten_and_let_go_after_a_while(
    house: House, code: str, clock: Clock
) -> None:
    first = [guess(house, stranger(number)) for number in range(11)]
    assert first == [WrongSecretError] * 10 + [TooManyTriesError]
    clock.pass_(minutes=15, seconds=1)
    assert guess(house, stranger(12)) is WrongSecretError


def test_a_network_is_slowed_over_all_names(house: House) -> None:
    answers = [guess(house, stranger(number), name=f"name {number}") for number in range(61)]
    assert answers == [WrongSecretError] * 60 + [TooManyTriesError]
    other = stranger(99, "203.0.113.1")
    assert guess(house, other, name="somebody") is WrongSecretError


def test_the_answer_says_how_long_to_wait(house: House, clock: Clock) -> None:
    for number in range(10):
        guess(house, stranger(number))
    clock.pass_(minutes=5)
    with pytest.raises(TooManyTriesError) as caught:
        accounts.sign_in(house, name="Nad", passphrase="wrong", caller=stranger(1))
    assert 0 < caught.value.wait_seconds <= 601


def test_a_known_browser_has_a_bucket_of_its_own(house: House, code: str) -> None:
    answers = [guess(house, HERS) for _ in range(10)]
    assert answers == [WrongSecretError] * 10
    # What was tried there slows nobody else.
    assert [guess(house, stranger(1)) for _ in range(10)] == [WrongSecretError] * 10
    assert guess(house, stranger(1)) is TooManyTriesError


def test_a_known_browser_that_tried_too_often_counts_like_any_other(
    house: House, code: str
) -> None:
    answers = [guess(house, HERS) for _ in range(21)]
    assert answers == [WrongSecretError] * 20 + [TooManyTriesError]
    # The bucket of her name on that network is full now, on another one it is not.
    assert guess(house, stranger(1)) is TooManyTriesError
    elsewhere = Caller(network="198.51.100.9", browser=HERS.browser)
    accounts.sign_in(house, name="Nad", passphrase=PASSPHRASE, caller=elsewhere)


def test_guesses_in_her_own_browser_leave_her_a_way_in(house: House, code: str) -> None:
    for _ in range(10):
        guess(house, HERS)
    accounts.sign_in(house, name="Nad", passphrase=PASSPHRASE, caller=HERS)


def test_signing_in_rightly_is_not_counted_against_the_network(house: House, code: str) -> None:
    for number in range(throttle.NETWORK.most + 1):
        caller = stranger(number)
        accounts.sign_in(house, name="Nad", passphrase=PASSPHRASE, caller=caller)
    assert guess(house, stranger(500)) is WrongSecretError


def test_signing_in_rightly_gives_back_no_more_than_it_took(house: House, code: str) -> None:
    for number in range(throttle.NETWORK.most - 1):
        guess(house, stranger(number), name=f"name {number}")
    for caller in (stranger(900), stranger(901), HERS, HERS):
        accounts.sign_in(house, name="Nad", passphrase=PASSPHRASE, caller=caller)
    assert guess(house, stranger(902), name="the last") is WrongSecretError
    assert guess(house, stranger(903), name="one more") is TooManyTriesError


def test_the_right_passphrase_starts_the_count_again(house: House, code: str) -> None:
    for _ in range(9):
        guess(house, HERS)
    accounts.sign_in(house, name="Nad", passphrase=PASSPHRASE, caller=HERS)
    assert [guess(house, HERS) for _ in range(10)] == [WrongSecretError] * 10


def test_an_unknown_name_is_slowed_like_a_known_one(house: House, code: str) -> None:
    known = [guess(house, stranger(number, "203.0.113.1")) for number in range(12)]
    unknown = [guess(house, stranger(number, "203.0.113.2"), name="nobody") for number in range(12)]
    assert known == unknown


def test_making_accounts_is_slowed(house: House) -> None:
    for number in range(20):
        accounts.sign_up(house, name=f"n {number}", passphrase=PASSPHRASE, caller=HERS)
    with pytest.raises(TooManyTriesError):
        accounts.sign_up(house, name="one more", passphrase=PASSPHRASE, caller=HERS)


def test_old_counts_are_forgotten(house: House, clock: Clock) -> None:
    guess(house, stranger(1))
    clock.pass_(days=2)
    with house.store.write() as conn:
        throttle.forget_old(conn, house)
        assert conn.exec_driver_sql("SELECT count(*) FROM tries").scalar_one() == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:200::1", "2001:db8:1:2ff:ffff::9", True),
        ("2001:db8:1:200::1", "2001:db8:1:300::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "nonsense", True),
    ],
)
def test_what_counts_as_one_network(one: str, other: str, same: bool) -> None:
    assert (throttle.network_of(one) == throttle.network_of(other)) is same
