"""What the code of a request finds and opens."""

from __future__ import annotations

import pytest

from diary.crypto import asked, envelope
from diary.store.helpers import HANDED, SIZE
from diary.vault import helpers
from tests.crypto import reference
from tests.vectors import load

CASE = {name: value for name, value in load("asked").items() if name != "source"}
CODE, OWNER, HELPER = (bytes.fromhex(CASE[name]) for name in ("code", "owner", "helper"))


def test_pinned() -> None:
    assert asked.row_id(CODE).hex() == CASE["row"]
    key = asked.handed_key(CODE, owner_id=OWNER, helper_id=HELPER)
    assert key.hex() == CASE["key"]
    opened = envelope.open_(key, bytes.fromhex(CASE["handed"]), aad=b"diary/v1/asked/handed")
    assert opened.hex() == CASE["half"]


def test_both_are_hkdf() -> None:
    prk = reference.hkdf_extract(b"", CODE)
    assert asked.row_id(CODE) == reference.hkdf_expand(prk, b"diary/v1/asked/row\x00", 32)
    info = b"diary/v1/asked/key\x00" + OWNER + HELPER
    expected = reference.hkdf_expand(prk, info, 32)
    assert asked.handed_key(CODE, owner_id=OWNER, helper_id=HELPER) == expected


def test_the_key_is_of_one_owner_one_helper_and_one_code() -> None:
    ids = {"owner_id": OWNER, "helper_id": HELPER}
    keys = {
        asked.handed_key(CODE, **ids),
        asked.handed_key(bytes(16), **ids),
        asked.handed_key(CODE, owner_id=HELPER, helper_id=OWNER),
        asked.row_id(CODE),
    }
    assert len(keys) == 4
    for short in ({"owner_id": b"x"}, {"helper_id": b"x"}):
        with pytest.raises(ValueError, match="16 bytes"):
            asked.handed_key(CODE, **ids | short)
    with pytest.raises(ValueError, match="16 bytes"):
        asked.row_id(b"short")


def test_what_is_handed_on_has_the_size_of_what_is_not_yet() -> None:
    share = helpers.Share(bytes.fromhex(CASE["half"]), "")
    assert len(helpers.hand_on(CODE, OWNER.hex(), HELPER.hex(), share)) == HANDED
    assert len(helpers.none()) == SIZE
