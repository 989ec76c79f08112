"""Sealing to a person."""

from __future__ import annotations

import pytest

from diary.crypto.errors import OpenError
from diary.crypto.identity import Identity, new_identity, open_with, public_of, seal_to
from tests.crypto import reference
from tests.crypto.conftest import Refuses
from tests.vectors import load

VECTORS = load("hpke")
RFC = {name: bytes.fromhex(value) for name, value in VECTORS["rfc9180"].items()}
OURS = {name: bytes.fromhex(value) for name, value in VECTORS["ours"].items()}


def test_the_reference_is_rfc_9180() -> None:
    sealed = reference.hpke_seal(RFC["skEm"], RFC["pkRm"], RFC["pt"], RFC["info"], RFC["aad"])
    assert sealed == RFC["enc"] + RFC["ct"]


def test_opens_what_the_reference_seals() -> None:
    assert public_of(RFC["skRm"]) == RFC["pkRm"]
    sealed = reference.hpke_seal(RFC["skEm"], RFC["pkRm"], RFC["pt"], RFC["info"])
    assert open_with(RFC["skRm"], sealed, info=RFC["info"]) == RFC["pt"]


def test_pinned_grant() -> None:
    assert open_with(OURS["private"], OURS["sealed"], info=OURS["info"]) == OURS["plaintext"]
    again = reference.hpke_seal(
        OURS["ephemeral"], public_of(OURS["private"]), OURS["plaintext"], OURS["info"]
    )
    assert again == OURS["sealed"]


def test_only_the_person_and_only_for_the_purpose(refuses_changes: Refuses) -> None:
    one, other = new_identity(), new_identity()
    sealed = seal_to(one.public, bytes(32), info=b"diary/v1/grant")
    assert len(sealed) == 32 + 32 + 16
    assert open_with(one.private, sealed, info=b"diary/v1/grant") == bytes(32)
    with pytest.raises(OpenError):
        open_with(other.private, sealed, info=b"diary/v1/grant")
    with pytest.raises(OpenError):
        open_with(one.private, sealed, info=b"diary/v1/other")
    refuses_changes(lambda s: open_with(one.private, s, info=b"diary/v1/grant"), sealed)


@pytest.mark.parametrize("point", [bytes(32), b"\x01" + bytes(31), b"short"])
def test_points_that_make_no_secret(point: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        seal_to(point, b"x", info=b"")
    with pytest.raises(OpenError):
        open_with(new_identity().private, point + bytes(32), info=b"")


def test_the_private_half_is_not_shown() -> None:
    assert "private" not in repr(Identity(private=b"secret", public=b""))
