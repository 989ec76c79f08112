"""What is written while somebody is let in to "what I add": what goes along, and what waits.

Words go along, with the same fields left out as before: a new entry, a change of one that can be
read, a report about such entries alone. What she has to look at first waits: photos and files,
where she lives, what came from a file, and whatever holds words that she wants kept secret
(`services.waiting`).

All of it is done in the transaction that files what she wrote. Where a consent cannot be read, it
lets nothing go, and she saves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection

from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.report import Report, ReportLink
from diary.domain.sharing import Consent
from diary.errors import DamagedError
from diary.services import placing, practitioners, redaction, secret_words, taking_back
from diary.services.house import House
from diary.services.let_in import Let, let_of
from diary.store import grants as rows
from diary.vault import grants
from diary.vault.records import Opened
from diary.vault.vault import Vault


def new_entry(conn: Connection, house: House, vault: Vault, record_id: str) -> int:
    """Let a new entry go along; return with how many people.

    One indexed query where nobody is let in to what she adds.
    """
    number = 0
    for let in _adding(conn, house, vault):
        newest = vault.get(conn, record_id)
        if _goes(conn, vault, let.consent, newest):
            placing.put(conn, house, vault, let, newest)
            number += 1
    return number


def changed_entry(conn: Connection, house: House, vault: Vault, record_id: str) -> int:
    """Let a change go along with those who can read what was changed; return with how many.

    That she took an entry back goes at once to all who can read it, whatever they were let in to.
    """
    newest, now, number = vault.get(conn, record_id), house.now(), 0
    is_back = isinstance(newest.body, Entry) and newest.body.withdrawn is not None
    for let in _live(conn, house, vault) if is_back else _adding(conn, house, vault):
        if not let.holds(record_id):
            continue
        adds = let.adds(now) and _may_read(conn, let.consent)
        if adds and _goes(conn, vault, let.consent, newest):
            placing.put(conn, house, vault, let, newest)
            number += 1
        elif is_back:
            number += taking_back.sign(conn, house, vault, let, newest)
    return number


def report(
    conn: Connection,
    house: House,
    vault: Vault,
    record_id: str,
    *,
    before: Collection[str] = (),
) -> int:
    """Let a report go along where all entries that it is about can be read; as when it is given.

    `before` are the entries that it was about until now: that it is no longer, goes too.
    """
    number = 0
    for let in _adding(conn, house, vault):
        newest = vault.get(conn, record_id)
        if not let.takes_report(newest.body):
            continue
        if newest.version > 1 and not let.holds(record_id):
            continue  # it stayed out before: she is asked
        if _goes(conn, vault, let.consent, newest):
            put_report(conn, house, vault, let, newest, before=before)
            number += 1
    return number


def put_report(
    conn: Connection,
    house: House,
    vault: Vault,
    let: Let,
    newest: Opened,
    *,
    before: Collection[str] = (),
) -> None:
    """Share a report, and below each entry that it is about the record that says so."""
    placing.put(conn, house, vault, let, newest)
    now = newest.body.entries if isinstance(newest.body, Report) else ()
    entries = [one for one in dict.fromkeys((*now, *before)) if let.holds(one)]
    found = vault.children_of(conn, entries, ReportLink.kind)
    grants.share(conn, vault, let.grant, [
        one.n
        for links in found.values()
        for one in links
        if isinstance(one.body, ReportLink) and one.body.report == newest.record_id
        if one.body.live or let.holds(one.record_id)
    ])  # fmt: skip


def _goes(conn: Connection, vault: Vault, consent: Consent, newest: Opened) -> bool:
    """Tell whether this may go without her looking at it first."""
    if getattr(newest.body, "claimed", None) is not None or _says_home(newest, consent.fields):
        return False
    try:
        secrets = secret_words.kept_secret(conn, vault)
    except DamagedError:
        return False  # nobody can say which words to keep back
    return not secret_words.standing(secret_words.said(newest, consent.fields), secrets)


def _says_home(newest: Opened, fields: Sequence[str]) -> bool:
    """Tell whether it would say where she lives: what was ticked for that, was so for others."""
    kind, body = newest.kind, newest.envelope["body"]
    elsewhere = [one for one in fields if one != "home"]
    goes = redaction.staying(kind, body, fields)
    return goes != redaction.staying(kind, body, elsewhere)


def _adding(conn: Connection, house: House, vault: Vault) -> Iterator[Let]:
    """Yield whom what is written now goes to. Until when is what she agreed to, which is sealed:
    a row made to say more lets nothing go."""
    now = house.now()
    for row in rows.adding(conn, vault.diary_id, to_ms(now)):
        let = let_of(conn, vault, row)
        if let is not None and let.adds(now) and _may_read(conn, let.consent):
            yield let


def _may_read(conn: Connection, consent: Consent) -> bool:
    """Tell whether they are not cut off: then nothing new goes, though their time is not over."""
    return practitioners.may_read(conn, consent.grantee, consent.fingerprint)


def _live(conn: Connection, house: House, vault: Vault) -> Iterator[Let]:
    """Yield everybody who can read something now, or will be able to."""
    now = house.now()
    for row in rows.of_diary(conn, vault.diary_id):
        if row.ended_ms is None and to_ms(now) < row.ends_ms:
            let = let_of(conn, vault, row)
            if let is not None and let.lasts(now):
                yield let
