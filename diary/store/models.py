"""The tables: columns and constraints only.

Ids are 32 hex digits; times are whole milliseconds since 1970 UTC, as the server's clock said.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# SQLite counts up by itself only for a column that is exactly INTEGER.
Serial = BigInteger().with_variant(Integer(), "sqlite")
_GOES = text("destroy_ms IS NOT NULL")

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name_hash", LargeBinary(32), nullable=False, unique=True),
    Column("public_key", LargeBinary(32), nullable=False),
    Column("salt", LargeBinary(16), nullable=False),
    Column("memory_kib", Integer, nullable=False),
    Column("iterations", Integer, nullable=False),
    Column("lanes", Integer, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    # Set while a closed account waits; after it the account's rows are gone.
    Column("closes_ms", BigInteger),
)

slots = Table(
    "slots",
    metadata,
    Column(
        "account_id", String(32), ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)

diaries = Table(
    "diaries",
    metadata,
    Column("id", String(32), primary_key=True),
    Column(
        "account_id",
        String(32),
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    Column("sealed_key", LargeBinary, nullable=False),
    # The number of the diary's newest row. Raising it is what puts its writers in a queue.
    Column("last_n", BigInteger, nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("diary_id", String(32), ForeignKey("diaries.id", ondelete="CASCADE"), primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("record_id", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("commitment", LargeBinary(32), nullable=False),
    # Both empty once the key is destroyed: what is left of the row is the tombstone.
    Column("wrap", LargeBinary),
    Column("sealed", LargeBinary),
    Column("destroy_ms", BigInteger),
    Column("destroyed_ms", BigInteger),
    UniqueConstraint("diary_id", "record_id", "version"),
    # Of few rows: those that are removed, or wait to be. Each page of a case asks for them.
    Index("ix_records_destroy_ms", "destroy_ms", sqlite_where=_GOES, postgresql_where=_GOES),
    Index("ix_records_diary_id_n", "diary_id", "n", sqlite_where=_GOES, postgresql_where=_GOES),
)

heads = Table(
    "heads",
    metadata,
    Column("diary_id", String(32), ForeignKey("diaries.id", ondelete="CASCADE"), primary_key=True),
    Column("covers_n", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# What the pattern page counts of each record: a cache, sealed like the index of heads.
facts = Table(
    "facts",
    metadata,
    Column("diary_id", String(32), ForeignKey("diaries.id", ondelete="CASCADE"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

# What is being typed and not yet saved, by a keyed hash of its form. No evidence: replaced at will.
drafts = Table(
    "drafts",
    metadata,
    Column("diary_id", String(32), ForeignKey("diaries.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("saved_ms", BigInteger, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("diary_id", String(32), ForeignKey("diaries.id", ondelete="CASCADE"), nullable=False),
    Column("record_id", String(32), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

# Blobs whose row is gone: the file is removed after the transaction that says so.
dropped_blobs = Table(
    "dropped_blobs",
    metadata,
    Column("id", String(32), primary_key=True),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", String(32), primary_key=True),
    Column(
        "diary_id",
        String(32),
        ForeignKey("diaries.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("length", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False, index=True),
    # Who is sending to it now (a random word per request), so that two never write at once.
    Column("holder", String(32)),
)

sessions = Table(
    "sessions",
    metadata,
    # SHA-256 of the cookie's token: the token itself is never stored.
    Column("id", LargeBinary(32), primary_key=True),
    Column(
        "account_id",
        String(32),
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("created_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    # Where it was opened, sealed under the diary key so that only its owner can list it.
    Column("about", LargeBinary, nullable=False),
)

browsers = Table(
    "browsers",
    metadata,
    # SHA-256 of a random mark kept by a browser that has signed in before.
    Column("id", LargeBinary(32), primary_key=True),
    Column(
        "account_id",
        String(32),
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("seen_ms", BigInteger, nullable=False),
)

tries = Table(
    "tries",
    metadata,
    # A keyed hash of what is counted (a name and a network, a browser): no name, no address.
    Column("id", LargeBinary(32), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("started_ms", BigInteger, nullable=False, index=True),
)

leaves = Table(
    "leaves",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("commitment", LargeBinary(32), nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
    # Empty while pending; the sequencer gives every leaf its place in the log.
    Column("place", BigInteger, unique=True),
)

nodes = Table(
    "nodes",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", LargeBinary, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    # The time-stamp token over the note, once an authority has given one.
    Column("token", LargeBinary),
)

# Agencies, and the people in them. Their names are sealed under a key of the server's secret, so a
# copied table names nobody.
orgs = Table(
    "orgs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

practitioners = Table(
    "practitioners",
    metadata,
    Column(
        "account_id", String(32), ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("org_id", String(32), ForeignKey("orgs.id"), nullable=False, index=True),
    Column("lead", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("joined_ms", BigInteger, nullable=False),
    Column("suspended_ms", BigInteger),
)

invitations = Table(
    "invitations",
    metadata,
    # SHA-256 of the link's token.
    Column("id", LargeBinary(32), primary_key=True),
    Column("org_id", String(32), ForeignKey("orgs.id"), nullable=False, index=True),
    Column("lead", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("ends_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger),
)

# The short code by which somebody is found who wants to be; there is one at a time.
introductions = Table(
    "introductions",
    metadata,
    # A keyed hash of the code.
    Column("id", LargeBinary(32), primary_key=True),
    Column(
        "account_id",
        String(32),
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    Column("ends_ms", BigInteger, nullable=False),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column(
        "account_id",
        String(32),
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    # The way in that this key's PRF output opens; random bytes for a key without one.
    Column("slot", LargeBinary, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
)

# A grant lets one person read some records of a diary for a time. Its key opens the wraps below it;
# both copies of the key and all wraps are destroyed when it ends, and the row stays as its trace.
grants = Table(
    "grants",
    metadata,
    Column("id", String(32), primary_key=True),
    Column(
        "diary_id",
        String(32),
        ForeignKey("diaries.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column(
        "grantee",
        String(32),
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("starts_ms", BigInteger, nullable=False),
    Column("ends_ms", BigInteger, nullable=False, index=True),
    # Until when what is written after the grant was given goes along, if at all.
    Column("adds_until_ms", BigInteger),
    Column("ended_ms", BigInteger),
    Column("grantee_key", LargeBinary),
    Column("owner_key", LargeBinary),
    # Under the grant's key: the index of what is shared, what its entries say in short, and what
    # its reader had seen when he last looked.
    Column("heads", LargeBinary),
    Column("facts", LargeBinary),
    Column("seen", LargeBinary),
)

grant_wraps = Table(
    "grant_wraps",
    metadata,
    Column("grant_id", String(32), ForeignKey("grants.id", ondelete="CASCADE"), primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("record_id", String(32), nullable=False),
    Column("wrap", LargeBinary, nullable=False),
    Index("ix_grant_wraps_grant_id_record_id", "grant_id", "record_id"),
)

# The sealed halves of the way back with a helper. Every account has such a row from the first day:
# random bytes of the same size where no helper is set, so the table tells neither whether nor who.
helpers = Table(
    "helpers",
    metadata,
    Column(
        "account_id", String(32), ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("sealed", LargeBinary, nullable=False),
)

# Somebody asks to get back in with a helper. There is a row for any name, of an account or not.
asked = Table(
    "asked",
    metadata,
    # Derived from the request's code; the code is never stored.
    Column("id", LargeBinary(32), primary_key=True),
    Column("name_hash", LargeBinary(32), nullable=False, index=True),
    Column("asked_ms", BigInteger, nullable=False, index=True),
    # What the helper handed on, sealed under the code; random bytes until then.
    Column("handed", LargeBinary, nullable=False),
    # Since when it opens nothing: the owner came in by herself, or stopped it.
    Column("met_ms", BigInteger),
    Column("stopped_ms", BigInteger),
)

# What a practitioner passed on without asking, and what somebody else of the agency decided. Sealed
# to who decides. It outlives the diary that it is about: it is the agency's own.
overrides = Table(
    "overrides",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("diary_id", String(32), nullable=False),
    Column(
        "asked_by",
        String(32),
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column(
        "decided_by",
        String(32),
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("sealed", LargeBinary, nullable=False),
    Column("asked_ms", BigInteger, nullable=False),
    Column("decided_ms", BigInteger),
    Column("approved", Boolean),
)
