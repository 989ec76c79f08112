"""Words that she wants kept secret, and whether they stand in what would go to somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import JsonValue
from sqlalchemy import Connection

from diary.domain.ids import is_id
from diary.domain.people import Secrets
from diary.errors import DamagedError
from diary.services import own, redaction
from diary.vault.records import Opened
from diary.vault.vault import Vault


def kept_secret(conn: Connection, vault: Vault) -> Secrets:
    """Return her words to keep secret; DamagedError where nobody can say which they are.

    A row that is lost, of which nobody knows what it was, may be these words.
    """
    heads = vault.heads(conn)
    found = own.every_in(conn, vault, Secrets, heads=heads)
    if found.damaged or heads.lost:
        raise DamagedError
    return Secrets(words=tuple(word for one in found.items for word in one.body.words))


def standing(told: str, secrets: Secrets) -> tuple[str, ...]:
    """Return those of the words that stand in a text, whatever the case and the line breaks."""
    text = _plain(told)
    return tuple(one.value for one in secrets.words if _stands(text, (one.value, *one.also)))


def said(opened: Opened, groups: Sequence[str]) -> str:
    """Return all that a version says to who gets only these groups of its fields."""
    return texts(redaction.staying(opened.kind, opened.envelope["body"], groups))


def texts(value: JsonValue) -> str:
    """Return every text of a body, or of a part of it."""
    return "\n".join(_texts(value))


def _texts(value: JsonValue) -> Iterator[str]:
    """Yield every text and number of a body; ids are nobody's words."""
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif value is not None and not (isinstance(value, str) and is_id(value)):
        yield str(value)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _stands(told: str, words: tuple[str, ...]) -> bool:
    return any(len(word.strip()) > 2 and _plain(word) in told for word in words)
