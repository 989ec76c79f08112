"""The map of addresses once more, walked as practitioners: closed to the other side both ways."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from diary.services import agencies, joining
from diary.services.house import House
from diary.store import sessions
from diary.web.house import is_for_practitioners
from tests.conftest import Person
from tests.practitioners import Worker, agency, worker
from tests.test_routes import PUBLIC, UNKNOWN, Ids, address, ask, walk


@pytest.fixture
def lead(app: Flask, house: House) -> Worker:
    """Who leads an agency, with somebody in it."""
    org = agency(house)
    worker(app, house, org=org)
    return worker(app, house, org=org, name="Lena Osei", lead=True)


@pytest.fixture
def work_ids(house: House, lead: Worker) -> Ids:
    """Something of every kind that an address of a practitioner can name, all of it the lead's."""
    (member, _) = agencies.members(house)
    link = agencies.invite(house, org_id=member.org_id, name="Ira", role="Officer", lead=False)
    with house.store.read() as conn:
        device_id = sessions.of_account(conn, lead.account_id)[0].id.hex()
    return replace(
        UNKNOWN,
        device_id=device_id,
        member_id=member.account_id,
        invitation_id=link.invited.id.hex(),
        passkey_id=joining.listed(house, lead.vault)[0].id,
    )


def test_a_practitioner_opens_marked_pages_and_no_others(
    app: Flask, lead: Worker, work_ids: Ids, signed_in: Person
) -> None:
    opened = 0
    for rule, method, url in walk(app, work_ids):
        if rule.endpoint in PUBLIC or method != "GET":
            continue
        answer, where = ask(lead.client, method, url), f"{method} {url}"
        if is_for_practitioners(app.view_functions[rule.endpoint]):
            known = rule.endpoint.startswith("work") and rule.arguments <= {"member_id"}
            assert answer.status_code in ({200, 303} if known else {200, 303, 404}), where
            opened += known
        else:
            assert answer.status_code == 404, where
    assert opened > 5


def test_a_practitioner_changes_nothing_on_the_other_side(
    app: Flask, lead: Worker, work_ids: Ids
) -> None:
    for rule, method, url in walk(app, work_ids):
        closed = not is_for_practitioners(app.view_functions[rule.endpoint])
        if closed and rule.endpoint not in PUBLIC:
            assert ask(lead.client, method, url).status_code == 404, f"{method} {url}"


def test_a_survivor_opens_none_of_them(app: Flask, signed_in: Person, work_ids: Ids) -> None:
    for rule, method, url in walk(app, work_ids):
        if is_for_practitioners(app.view_functions[rule.endpoint]):
            answer = ask(signed_in.client, method, url)
            assert answer.status_code == 404, f"{method} {url}"


def test_another_agencys_ids_are_as_unknown_as_ids_that_never_were(
    app: Flask, house: House, lead: Worker, work_ids: Ids
) -> None:
    other = worker(app, house, org=agency(house, "Quay Street"), name="Bo", lead=True)
    seen = 0
    for rule, method, url in walk(app, work_ids):
        if not rule.arguments or not rule.endpoint.startswith("work_"):
            continue
        unknown = address(app, rule, UNKNOWN)
        theirs, never = ask(other.client, method, url), ask(other.client, method, unknown)
        assert theirs.status_code == never.status_code == 404, f"{method} {url}"
        assert theirs.text.replace(url, unknown) == never.text, f"{method} {url}"
        seen += 1
    assert seen > 4
    assert [one.suspended for one in agencies.members(house)] == [None] * 3
    assert ask(lead.client, "GET", "/work/team").status_code == 200


def test_who_leads_nobody_has_no_team(app: Flask, house: House) -> None:
    maya = worker(app, house, org=agency(house))
    for path in ("/work/team", "/work/team/invite", f"/work/team/{maya.account_id}"):
        assert ask(maya.client, "GET", path).status_code == 404
    assert ask(maya.client, "POST", "/work/team/invite").status_code == 404
    assert "/work/team" not in ask(maya.client, "GET", "/work/me").text
