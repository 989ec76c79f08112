"""Passkeys (W3C WebAuthn level 3): what a browser is asked, and whether its answer holds.

User verification is required, credentials are discoverable, and the site that the browser saw (the
relying party id and the origin) must be this one: an answer that was given to another site is
refused. Whatever an answer is made of, it is either right or refused with one error.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import AuthenticationCredential, RegistrationCredential

from diary.errors import WrongSecretError
from diary.services import challenges, throttle
from diary.services.accounts import Caller
from diary.services.challenges import Purpose
from diary.services.house import House
from diary.store.passkeys import PasskeyRow
from diary.text import N_
from diary.vault.passkeys import OUTPUT, PRF_INPUT

LONGEST = 16_384  # characters of an answer; a passkey's are about two thousand
LONGEST_ID = 1023  # bytes (WebAuthn level 3, 5.1.3)
ALGORITHMS = (-8, -7, -257)  # Ed25519, ES256, RS256
_TIMEOUT_MS = challenges.MINUTES * 60_000
# Nobody's key, checked where there is none, so that both take the same work (P-256's base point).
_NOBODYS = b"\x04" + bytes.fromhex(
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)


class RefusedError(WrongSecretError):
    """One answer for all that can be wrong with an answer, or with who gave it."""

    default = N_("That did not work, and nothing was opened. Please try again.")


@dataclass(frozen=True, slots=True)
class Site:
    """Which site a browser must have seen."""

    rp_id: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """For what a browser was asked, and about whom; its answer must be for the same."""

    purpose: Purpose
    subject: str
    site: Site
    caller: Caller


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey whose answer holds."""

    id: bytes
    public_key: bytes
    sign_count: int


def site_at(host: str) -> Site:
    """Return the site at a host: over TLS, or on this very machine."""
    name = urlsplit(f"//{host}").hostname or ""
    plain = (f"http://{host}",) if name == "localhost" else ()
    return Site(name, (f"https://{host}", *plain))


def ask_to_make(
    house: House, asked: Asked, *, user_id: str, user_name: str, known: Sequence[bytes] = ()
) -> str:
    """Return what a browser needs to make a passkey, as text for a page."""
    algorithms = [{"type": "public-key", "alg": algorithm} for algorithm in ALGORITHMS]
    return _for_page(
        house,
        asked,
        rp={"id": asked.site.rp_id, "name": house.settings.name},
        user={"id": _text(bytes.fromhex(user_id)), "name": user_name, "displayName": user_name},
        pubKeyCredParams=algorithms,
        excludeCredentials=[_text(one) for one in known],
        authenticatorSelection={
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        attestation="none",
    )


def ask_to_show(house: House, asked: Asked) -> str:
    """Return what a browser needs to show a passkey, any that it has for this site."""
    return _for_page(house, asked, rpId=asked.site.rp_id, userVerification="required")


def made(house: House, asked: Asked, answer: str) -> Made:
    """Check the answer of a browser that made a passkey, or raise RefusedError."""
    parsed = _read(answer)
    challenge = _spend(house, asked, parsed)
    try:
        credential: RegistrationCredential = webauthn.helpers.parse_registration_credential_json(
            parsed
        )
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=asked.site.rp_id,
            expected_origin=list(asked.site.origins),
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(one) for one in ALGORITHMS],
        )
    except Exception as error:  # whatever a forged answer trips over in a parser is a refusal
        raise RefusedError from error
    if len(found.credential_id) > LONGEST_ID:
        raise RefusedError
    return Made(found.credential_id, found.credential_public_key, found.sign_count)


def id_in(answer: str) -> bytes:
    """Return which passkey an answer says it is from."""
    return _bytes(_read(answer).get("rawId"))


def shown(house: House, asked: Asked, answer: str, row: PasskeyRow | None) -> int:
    """Check the answer of a passkey that was shown; return its new sign count, or refuse.

    Without a row the same is done with nobody's key, and the answer is no.
    """
    parsed = _read(answer)
    challenge = _spend(house, asked, parsed)
    try:
        credential: AuthenticationCredential = (
            webauthn.helpers.parse_authentication_credential_json(parsed)
        )
        found = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=asked.site.rp_id,
            expected_origin=list(asked.site.origins),
            credential_public_key=_NOBODYS if row is None else row.public_key,
            credential_current_sign_count=0 if row is None else row.sign_count,
            require_user_verification=True,
        )
    except Exception as error:  # whatever a forged answer trips over in a parser is a refusal
        raise RefusedError from error
    if row is None or not _is_whose(credential.response.user_handle, row):
        raise RefusedError
    return found.new_sign_count


def output_in(text: str) -> bytes | None:
    """Return what a passkey's PRF extension gave; None for one that gave nothing."""
    try:
        output = urlsafe_b64decode(text[:100] + "==")
    except ValueError:
        return None
    return output if len(output) == OUTPUT else None


def _is_whose(handle: bytes | None, row: PasskeyRow) -> bool:
    """A discoverable passkey says whose it is: it must be who the table says."""
    return handle is not None and hmac.compare_digest(handle, bytes.fromhex(row.account_id))


def _spend(house: House, asked: Asked, parsed: dict[str, Any]) -> bytes:
    """Return the answer's challenge if it was made here for just this, and use it up."""
    challenge, browser = _challenge(parsed), asked.caller.browser
    with house.store.write() as conn:
        throttle.admit_passkey(conn, house, network=asked.caller.network)
        held = challenges.holds(house, challenge, asked.purpose, asked.subject, browser)
        if held and challenges.use_up(conn, house, challenge):
            return challenge
    raise RefusedError


def _challenge(parsed: dict[str, Any]) -> bytes:
    response = parsed.get("response")
    told = _bytes(response.get("clientDataJSON")) if isinstance(response, dict) else b""
    client = _object(told)
    # An answer from inside somebody else's page is none (WebAuthn level 3, 7.2 step 14).
    return b"" if client.get("crossOrigin") else _bytes(client.get("challenge"))


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST:
        raise RefusedError
    return _object(answer.encode(errors="replace"))


def _object(told: bytes) -> dict[str, Any]:
    try:
        value = json.loads(told)
    except (ValueError, RecursionError) as error:
        raise RefusedError from error
    if not isinstance(value, dict):
        raise RefusedError
    return value


def _bytes(text: object) -> bytes:
    try:
        return urlsafe_b64decode(f"{text}==") if isinstance(text, str) else b""
    except ValueError as error:
        raise RefusedError from error


def _for_page(house: House, asked: Asked, **options: Any) -> str:
    challenge = challenges.make(house, asked.purpose, asked.subject, asked.caller.browser)
    options |= {"challenge": _text(challenge), "timeout": _TIMEOUT_MS, "prf": _text(PRF_INPUT)}
    return _text(json.dumps(options).encode())


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")
