"""Telling somebody: a report about one or more entries, under a number that is given once.

`Report.entries` says what it is about. A small record below each of these entries says so too, in
the same transaction, so that lists can count without opening a report.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress

from sqlalchemy import Connection

from diary.domain.entry import Entry
from diary.domain.report import FollowUp, Report, ReportLink
from diary.errors import BadInputError, ConflictError, DamagedError, NotFoundError
from diary.services import extending, numbers, own
from diary.services.house import House
from diary.services.own import Own
from diary.text import N_
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault

FIRST = "REP-"
GONE = N_("One of these entries is not there any more. Look at the list, then save again.")


def give(house: House, vault: Vault, report: Report, *, record_id: str) -> Own[Report]:
    """File a new report under the next number; a form that is sent twice files it once."""
    try:
        with own.turn(house, vault) as conn:
            return _give(conn, house, vault, report, record_id)
    except ConflictError:
        if (filed := _filed(house, vault, record_id)) is not None:
            return filed
        raise


def _give(
    conn: Connection, house: House, vault: Vault, report: Report, record_id: str
) -> Own[Report]:
    number = numbers.give(
        conn,
        vault,
        at=house.now(),
        given=lambda profile: profile.reports_given,
        store=lambda profile, number: profile.model_copy(update={"reports_given": number}),
    )
    body = report.model_copy(update={"reference": f"{FIRST}{number}"})
    kept = own.add_in(conn, house, vault, body, record_id=record_id)
    _there(conn, vault, body.entries)
    link(conn, house, vault, record_id, dict.fromkeys(body.entries, True))
    extending.report(conn, house, vault, record_id)
    return kept


def _filed(house: House, vault: Vault, record_id: str) -> Own[Report] | None:
    try:
        return own.one(house, vault, Report, record_id)
    except NotFoundError:
        return None


def mend(
    house: House,
    vault: Vault,
    record_id: str,
    changed: Mapping[str, object],
    *,
    base: int,
    later: FollowUp | None = None,
) -> Own[Report]:
    """Change some fields of a report, as they were seen in version `base`; add what came later.

    ConflictError when one of these fields was changed to something else since. What came later is
    only ever added: of two tabs both notes stay, and the same note of one day stays one.
    """
    with own.turn(house, vault) as conn:
        newest = own.laid_over(own.versions_in(conn, vault, Report, record_id), changed, base=base)
        notes = newest.body.follow_ups
        if later is not None and later not in notes:
            notes = (*notes, later)
        body = Report.model_validate({**dict(newest.body), "follow_ups": notes, **changed})
        kept = own.change_in(conn, house, vault, body, record_id=record_id, base=newest.version)
        before, after = set(newest.body.entries), set(body.entries)
        _there(conn, vault, after - before)
        link(conn, house, vault, record_id, {one: one in after for one in before ^ after})
        extending.report(conn, house, vault, record_id, before=before)
        return kept


def link(
    conn: Connection, house: House, vault: Vault, report_id: str, entries: Mapping[str, bool]
) -> None:
    """Say below each of these entries whether the report is about it."""
    for entry_id, live in entries.items():
        body = ReportLink(report=report_id, live=live)
        if not vault.is_listed(conn, entry_id):
            continue  # removed: what is below it goes and comes back with it
        for one in own.below(conn, vault, ReportLink, entry_id):
            if one.body.report == report_id:
                own.change_in(conn, house, vault, body, record_id=one.id, base=one.version)
                break
        else:
            if live:
                own.add_in(conn, house, vault, body, parent=entry_id)


def link_again(conn: Connection, house: House, vault: Vault, entry_id: str) -> None:
    """Say below an entry that came back which reports are about it, as they are now: they may have
    been changed, removed or brought back while it was away.
    """
    heads = vault.heads(conn)
    below = heads.section(ReportLink.kind).children(bytes.fromhex(entry_id))
    # What is damaged stays as it was said: nothing of it keeps the entry away.
    for opened in vault.open_heads(conn, heads, below, Unopened()):
        one = own.as_own(opened, ReportLink)
        with suppress(DamagedError):
            live = _is_about(conn, vault, one.body.report, entry_id)
            if live != one.body.live:
                body = one.body.model_copy(update={"live": live})
                own.change_in(conn, house, vault, body, record_id=one.id, base=one.version)


def _is_about(conn: Connection, vault: Vault, report_id: str, entry_id: str) -> bool:
    try:
        return entry_id in own.newest_in(conn, vault, Report, report_id).body.entries
    except NotFoundError:
        return False


def _there(conn: Connection, vault: Vault, entries: Collection[str]) -> None:
    """Refuse an entry that is not there to be seen; nothing else can be told about."""
    for entry_id in entries:
        try:
            own.one_in(conn, vault, Entry, entry_id)
        except NotFoundError:
            raise BadInputError(fields={"entries": BadInputError(GONE)}) from None
