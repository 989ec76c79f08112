"""Sealed sessions: only the cookie's token opens what the row holds."""

from __future__ import annotations

import pytest

from diary.errors import NotSignedInError
from diary.vault import sessions
from diary.vault.sessions import Content
from diary.vault.vault import Vault

TOKEN = bytes(range(32))


def test_a_token_is_read_as_it_was_made() -> None:
    token = sessions.read_token(sessions.new_token())
    assert token is not None
    assert len(token) == 32


@pytest.mark.parametrize("text", ["", "x", "é", "A" * 44, "A" * 42, "=" * 43, "\0" * 43])
def test_anything_else_is_no_token(text: str) -> None:
    assert sessions.read_token(text) is None


def test_a_content_opens_under_its_token(vault: Vault) -> None:
    content = Content(vault.unlocked, {"step": "code", "name": "Zoë"})
    sealed = sessions.seal(TOKEN, content)
    assert sessions.open_(TOKEN, sealed, vault.account_id) == content


def test_it_opens_under_no_other_token_nor_for_another_account(
    vault: Vault, other_vault: Vault
) -> None:
    sealed = sessions.seal(TOKEN, Content(vault.unlocked, {}))
    for token, account in ((bytes(32), vault.account_id), (TOKEN, other_vault.account_id)):
        with pytest.raises(NotSignedInError):
            sessions.open_(token, sealed, account)


def test_a_flipped_byte_does_not_open(vault: Vault) -> None:
    sealed = sessions.seal(TOKEN, Content(vault.unlocked, {}))
    for at in (0, 12, len(sealed) // 2, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(NotSignedInError):
            sessions.open_(TOKEN, bytes(changed), vault.account_id)


def test_the_sealed_bytes_hold_no_key_and_no_word(vault: Vault) -> None:
    sealed = sessions.seal(TOKEN, Content(vault.unlocked, {"name": "Nad-the-quiet"}))
    keys = vault.unlocked.keys
    for told in (
        keys.private,
        keys.diary_key,
        TOKEN,
        b"Nad-the-quiet",
        keys.private.hex().encode(),
    ):
        assert told not in sealed


def test_where_it_was_opened_is_for_its_owner(vault: Vault, other_vault: Vault) -> None:
    sealed = sessions.seal_about(vault.unlocked, b"id", {"browser": "Firefox"})
    assert sessions.open_about(vault.unlocked, b"id", sealed) == {"browser": "Firefox"}
    assert sessions.open_about(other_vault.unlocked, b"id", sealed) == {}
    assert sessions.open_about(vault.unlocked, b"other", sealed) == {}


def test_marks_of_one_browser_do_not_link_its_accounts() -> None:
    one, two = sessions.mark_of(TOKEN, "a" * 32), sessions.mark_of(TOKEN, "b" * 32)
    assert one != two
    assert sessions.mark_of(TOKEN, "a" * 32) == one
