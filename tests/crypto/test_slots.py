"""The ways in."""

from __future__ import annotations

import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from diary.crypto import slots
from diary.crypto.errors import OpenError
from tests.crypto import reference
from tests.crypto.conftest import Refuses
from tests.vectors import load

VECTORS = load("slots")
FAST = slots.Argon2Params(memory_kib=32, iterations=1, lanes=1)
ACCOUNT, OTHER, PRIVATE = b"a" * 16, b"b" * 16, bytes(range(32))
PASSKEY = {"credential_id": b"credential", "account_id": ACCOUNT}


def test_argon2id_of_rfc_9106() -> None:
    case = VECTORS["rfc9106"]
    argon2 = Argon2id(
        salt=bytes.fromhex(case["salt"]),
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        ad=bytes.fromhex(case["associated_data"]),
        secret=bytes.fromhex(case["secret"]),
    )
    assert argon2.derive(bytes.fromhex(case["password"])).hex() == case["tag"]


@pytest.mark.parametrize("case", VECTORS["stretched"], ids=lambda c: c["name"])
def test_stretch(case: dict[str, str]) -> None:
    params = slots.Argon2Params(
        memory_kib=int(case["memory_kib"]),
        iterations=int(case["iterations"]),
        lanes=int(case["lanes"]),
    )
    salt = bytes.fromhex(case["salt"])
    assert slots.stretch(case["passphrase"], salt, params).hex() == case["stretched"]


def test_one_passphrase_on_every_keyboard() -> None:
    composed, apart = "caf\u00e9 \ufb01ve", "cafe\u0301 five"
    assert slots.stretch(composed, b"saltsalt", FAST) == slots.stretch(apart, b"saltsalt", FAST)
    assert slots.stretch("a", b"saltsalt", FAST) != slots.stretch("A", b"saltsalt", FAST)


def test_no_passphrase_that_is_not_text() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        slots.stretch("\ud800", b"saltsalt", FAST)


@pytest.mark.parametrize("case", VECTORS["slots"], ids=lambda c: c["name"])
def test_pinned_slots(case: dict[str, str]) -> None:
    secret, lies_in = bytes.fromhex(case["secret"]), bytes.fromhex(case["lies_in"])
    derive = {
        "passphrase": slots.slot_key_from_passphrase,
        "code": slots.slot_key_from_code,
    }[case["name"]]
    key = derive(secret, position=int(case["position"]), account_id=lies_in)
    assert key.hex() == case["key"]
    opened = slots.open_slot(key, bytes.fromhex(case["sealed"]))
    assert [part.hex() for part in opened] == [case["opens"], case["private"]]


def test_the_key_of_a_slot_is_hkdf() -> None:
    info = b"diary/v1/slot/code\x00\x03" + ACCOUNT
    expected = reference.hkdf_expand(reference.hkdf_extract(b"", b"s" * 16), info, 32)
    assert slots.slot_key_from_code(b"s" * 16, position=3, account_id=ACCOUNT) == expected


def test_a_slot_opens_only_in_its_place(refuses_changes: Refuses) -> None:
    key = slots.slot_key_from_passphrase(bytes(32), position=1, account_id=ACCOUNT)
    sealed = slots.seal_slot(key, OTHER, PRIVATE)
    assert slots.open_slot(key, sealed) == (OTHER, PRIVATE)
    refuses_changes(lambda s: slots.open_slot(key, s), sealed)
    for foreign in (
        slots.slot_key_from_passphrase(bytes(32), position=2, account_id=ACCOUNT),
        slots.slot_key_from_passphrase(bytes(32), position=1, account_id=OTHER),
        slots.slot_key_from_code(bytes(32), position=1, account_id=ACCOUNT),
    ):
        with pytest.raises(OpenError):
            slots.open_slot(foreign, sealed)


def test_the_key_of_a_passkeys_slot_is_hkdf() -> None:
    info = b"diary/v1/slot/passkey\x00" + ACCOUNT + b"credential"
    expected = reference.hkdf_expand(reference.hkdf_extract(b"", bytes(32)), info, 32)
    assert slots.slot_key_from_passkey(bytes(32), **PASSKEY) == expected
    for other in ({"credential_id": b"another"}, {"account_id": OTHER}):
        assert slots.slot_key_from_passkey(bytes(32), **(PASSKEY | other)) != expected
    with pytest.raises(ValueError, match="16 bytes"):
        slots.slot_key_from_passkey(bytes(32), credential_id=b"c", account_id=b"short")


def test_the_pinned_slot_of_two_halves() -> None:
    case = VECTORS["halves"]
    theirs, ours, account = (bytes.fromhex(case[name]) for name in ("theirs", "ours", "lies_in"))
    where = {"position": case["position"], "account_id": account}
    key = slots.slot_key_from_halves(theirs, ours, **where)
    assert key.hex() == case["key"]
    opened = slots.open_slot(key, bytes.fromhex(case["sealed"]))
    assert [part.hex() for part in opened] == [case["opens"], case["private"]]
    info = b"diary/v1/slot/helper\x00\x03" + account
    expected = reference.hkdf_expand(reference.hkdf_extract(b"", theirs + ours), info, 32)
    assert key == expected
    for other in ((ours, theirs), (theirs, bytes(32)), (bytes(32), ours)):
        assert slots.slot_key_from_halves(*other, **where) != key
    with pytest.raises(ValueError, match="32 bytes"):
        slots.slot_key_from_halves(theirs + ours, b"", **where)


def test_used_and_unused_slots_are_of_one_size() -> None:
    key = slots.slot_key_from_code(bytes(16), position=0, account_id=ACCOUNT)
    assert len(slots.seal_slot(key, ACCOUNT, PRIVATE)) == len(slots.random_slot()) == 76
    assert slots.random_slot() != slots.random_slot()
    with pytest.raises(OpenError):
        slots.open_slot(key, slots.random_slot())


@pytest.mark.parametrize(
    ("account", "private"), [(b"", PRIVATE), (ACCOUNT, b""), (PRIVATE, ACCOUNT)]
)
def test_sizes(account: bytes, private: bytes) -> None:
    with pytest.raises(ValueError, match="a slot holds"):
        slots.seal_slot(bytes(32), account, private)


def test_account_ids_are_16_bytes() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        slots.slot_key_from_code(bytes(16), position=0, account_id=b"short")


def test_many_at_once_all_end() -> None:
    """Two derivations with several lanes at once once waited for each other for ever."""
    code = (
        "from concurrent.futures import ThreadPoolExecutor as Pool\n"
        "from diary.crypto.slots import Argon2Params, stretch\n"
        "cost = Argon2Params(memory_kib=1024, iterations=1, lanes=4)\n"
        "with Pool(8) as pool:\n"
        "    made = set(pool.map(lambda _: stretch('words', bytes(16), cost), range(40)))\n"
        "assert len(made) == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
