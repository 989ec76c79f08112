"""Frozen settings, read once from the environment (`DIARY_*` and `PORT`).

A missing or wrong value stops the start with one sentence that says what to do. The table in the
README is held to this file by a test.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from diary.errors import SettingsError
from diary.text import N_

MIB = 1024 * 1024
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
# A name as S3 allows it; nothing else may stand there, so no key or password can by mistake.
_BUCKET = re.compile(
    r"s3://(?P<name>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>[\w-]+(?:/[\w-]+)*))?/?"
)


@dataclass(frozen=True)
class Bucket:
    """A bucket that speaks S3, and the folder in it; its address and keys are not ours to know."""

    name: str
    prefix: str = ""


@dataclass(frozen=True)
class Settings:
    """Everything that an operator can choose, with its default."""

    data: Path = Path("data")
    database_url: str = ""
    blobs: Path = Path("data/blobs")
    bucket: Bucket | None = None  # instead of the folder
    name: str = "Notes"
    port: int = 8000
    hosts: tuple[str, ...] = ()
    leave_url: str = "https://www.bbc.co.uk/weather"
    max_file_bytes: int = 2048 * MIB
    max_text_chars: int = 100_000
    max_form_bytes: int = 8 * MIB
    idle_minutes: int = 30
    absolute_hours: int = 12
    fresh_minutes: int = 10
    delete_wait_days: int = 7
    upload_days: int = 7
    workers: int = 2
    threads: int = 32
    patience_seconds: int = 20
    proxies: int = 0
    argon2_memory_kib: int = 65_536
    argon2_iterations: int = 3
    argon2_lanes: int = 4
    argon2_at_once: int = 1

    @property
    def url(self) -> str:
        """The database's address: SQLite in the data folder unless one is set."""
        return self.database_url or f"sqlite:///{self.data.absolute() / 'diary.sqlite'}"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read every setting, or raise SettingsError with one plain sentence."""
        data = Path(env.get("DIARY_DATA", "data"))
        blobs = env.get("DIARY_BLOBS", str(data / "blobs"))
        bucket = _bucket(blobs)
        return cls(
            data=data,
            database_url=_database(env.get("DIARY_DATABASE_URL", "")),
            blobs=data / "blobs" if bucket else _folder(blobs),
            bucket=bucket,
            name=_name(env.get("DIARY_NAME", cls.name)),
            port=_number(env, "PORT", cls.port, least=1, most=65_535),
            hosts=_hosts(env.get("DIARY_HOSTS", "")),
            leave_url=_https(env.get("DIARY_LEAVE_URL", cls.leave_url)),
            max_file_bytes=MIB * _number(env, "DIARY_MAX_FILE_MB", 2048, least=1, most=102_400),
            idle_minutes=_number(env, "DIARY_IDLE_MINUTES", cls.idle_minutes, least=1, most=1440),
            absolute_hours=_number(
                env, "DIARY_SESSION_HOURS", cls.absolute_hours, least=1, most=168
            ),
            fresh_minutes=_number(env, "DIARY_FRESH_MINUTES", cls.fresh_minutes, least=1, most=60),
            delete_wait_days=_number(
                env, "DIARY_DELETE_WAIT_DAYS", cls.delete_wait_days, least=1, most=35
            ),
            upload_days=_number(env, "DIARY_UPLOAD_DAYS", cls.upload_days, least=1, most=35),
            workers=_number(env, "DIARY_WORKERS", cls.workers, least=1, most=16),
            threads=_number(env, "DIARY_THREADS", cls.threads, least=4, most=256),
            patience_seconds=_number(
                env, "DIARY_PATIENCE_SECONDS", cls.patience_seconds, least=2, most=120
            ),
            proxies=_number(env, "DIARY_PROXIES", cls.proxies, least=0, most=8),
        )


def _number(env: Mapping[str, str], key: str, default: int, *, least: int, most: int) -> int:
    text = env.get(key, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise SettingsError(
            N_("%(key)s must be a whole number from %(least)s to %(most)s."),
            key=key,
            least=least,
            most=most,
        )
    return int(text)


def _database(url: str) -> str:
    if not url:
        return ""
    scheme, _, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        return f"postgresql+psycopg://{rest}"
    # "sqlite://" alone is a database in memory: it would keep nothing.
    if scheme == "postgresql+psycopg" or (scheme == "sqlite" and len(rest) > 1 and rest[0] == "/"):
        return url
    raise SettingsError(N_("DIARY_DATABASE_URL must start with postgresql:// or sqlite:///."))


def _folder(text: str) -> Path:
    if "://" in text or text.lower().startswith("s3:"):
        raise SettingsError(
            N_(
                "DIARY_BLOBS must be a folder on this machine, or s3://BUCKET or s3://BUCKET/FOLDER."
            )
        )
    return Path(text)


def _bucket(text: str) -> Bucket | None:
    found = _BUCKET.fullmatch(text)
    return Bucket(found["name"], found["prefix"] or "") if found else None


def _name(text: str) -> str:
    name = text.strip()
    if not 1 <= len(name) <= 30 or not name.isprintable():
        raise SettingsError(N_("DIARY_NAME must be 1 to 30 plain characters."))
    return name


def _hosts(text: str) -> tuple[str, ...]:
    names = tuple(text.lower().replace(",", " ").split())
    if not all(_HOST.fullmatch(name) for name in names):
        raise SettingsError(
            N_("DIARY_HOSTS must be names as in an address, without https:// and without a port.")
        )
    return names


def _https(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.netloc:
        raise SettingsError(N_("DIARY_LEAVE_URL must be a full https:// address."))
    return url
