"""Sign-in names as keyed hashes."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from diary.crypto.names import name_hash
from tests.vectors import load

VECTORS = load("names")
KEY = bytes(range(32))


@pytest.mark.parametrize("case", VECTORS["names"], ids=lambda c: c["name"])
def test_pinned(case: dict[str, str]) -> None:
    digest = name_hash(bytes.fromhex(case["key"]), case["name"])
    assert digest.hex() == case["hash"]
    message = b"diary/v1/name\x00" + case["compared"].encode()
    assert digest == hmac.digest(bytes.fromhex(case["key"]), message, hashlib.sha256)


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("Rose", "rose"),
        ("rose", "  ROSE\n"),
        ("Straße", "STRASSE"),
        ("é", "é"),
        ("Ｒose", "rose"),
        ("rose\u3000", "rose"),
        ("ᾳ", "αι"),
    ],
)
def test_one_name(one: str, same: str) -> None:
    assert name_hash(KEY, one) == name_hash(KEY, same)


def test_other_names_and_other_keys() -> None:
    names = ["rose", "rosé", "ro se", "r0se", "rosa", ""]
    assert len({name_hash(KEY, name) for name in names}) == len(names)
    assert name_hash(KEY, "rose") != name_hash(bytes(32), "rose")


def test_no_name_that_is_not_text() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        name_hash(KEY, "\udc80")
