"""The look before one thing more is shared, in a browser without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from diary.domain.entry import Entry, Withdrawn
from diary.domain.ids import new_id
from diary.domain.people import Secret, Secrets
from diary.services import (
    agencies,
    consents,
    entries,
    own,
    practitioners,
    shared_now,
    sharing,
    waiting,
)
from diary.services.house import House
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.conftest import Person
from tests.practitioners import agency
from tests.practitioners import worker as at_work
from tests.services.sharers import Worker, drafted, shared, with_photo, worker, wrote
from tests.web.boxes import Boxes


@pytest.fixture
def who(house: House) -> Worker:
    return worker(house)


def changed(house: House, her: Person, who: Worker) -> tuple[str, str]:
    """A share of an entry that she changed since; return both ids."""
    entry = wrote(house, her.vault, Entry(what_happened="He waited."))
    grant = shared(house, her.vault, who, entries=(entry,))
    after = Entry(what_happened="He waited an hour.", injuries="a bruise")
    entries.amend(house, her.vault, entry, after, base_version=1)
    return grant, entry


def adding(house: House, her: Person, who: Worker) -> tuple[str, str]:
    """A share of an entry and of what she adds; return both ids."""
    entry = wrote(house, her.vault, Entry(what_happened="He waited."))
    until = (consents.today(house) + timedelta(days=5)).isoformat()
    return shared(house, her.vault, who, entries=(entry,), adds_until=until), entry


def words_now(house: House, her: Person, grant: str) -> list[str]:
    now = shared_now.shared_now(house, her.vault, grant).entries
    return [one.body.what_happened for one in now if isinstance(one.body, Entry)]


def test_the_new_words_are_looked_at_and_then_shared(
    house: House, signed_in: Person, who: Worker
) -> None:
    grant, entry = changed(house, signed_in, who)
    look = f"/sharing/{grant}/again/{entry}"
    one = signed_in.client.get(f"/sharing/{grant}").text
    assert "You changed this since" in one
    assert f'href="{look}"' in one
    page = signed_in.client.get(look).text
    assert "He waited an hour." in page
    assert "bruise" not in page
    assert "Marked as a copy of version 2" in page
    assert "One day the other person or their lawyer could read this." in page
    assert words_now(house, signed_in, grant) == ["He waited."]
    sent = signed_in.client.post(look, data=Boxes(page).forms[look])
    assert sent.headers["Location"] == f"/sharing/{grant}"
    assert "It is shared." in signed_in.client.get(f"/sharing/{grant}").text
    assert words_now(house, signed_in, grant) == ["He waited an hour."]
    assert signed_in.client.get(look).status_code == 404


@pytest.mark.parametrize("version", ["1", "2", "", "x", "-2", "9" * 40, "٢"])
def test_what_moved_on_since_the_look_is_shown_again(
    house: House, signed_in: Person, who: Worker, version: str
) -> None:
    grant, entry = changed(house, signed_in, who)
    after = Entry(what_happened="Nobody looked at this.")
    entries.amend(house, signed_in.vault, entry, after, base_version=2)
    answer = signed_in.client.post(f"/sharing/{grant}/again/{entry}", data={"version": version})
    assert answer.status_code == 409
    assert "Something in it changed since you looked." in answer.text
    assert "Nobody looked at this." in answer.text
    assert 'name="version" value="3"' in answer.text
    assert words_now(house, signed_in, grant) == ["He waited."]


def test_looking_and_sharing_ask_for_the_passphrase_again(
    house: House, signed_in: Person, who: Worker, clock: Clock
) -> None:
    grant, entry = changed(house, signed_in, who)
    clock.pass_(minutes=house.settings.fresh_minutes + 1)
    look = f"/sharing/{grant}/again/{entry}"
    asked = signed_in.client.get(look)
    assert asked.headers["Location"].startswith("/unlock")
    assert "an hour" not in asked.text
    assert signed_in.client.post(look, data={"version": "2"}).status_code == 401
    assert words_now(house, signed_in, grant) == ["He waited."]


def test_what_waits_stands_on_the_page_until_it_is_shared_or_left_out(
    house: House, signed_in: Person, who: Worker
) -> None:
    words = Secrets(words=(Secret(value="Quillet Row"),))
    own.add(house, signed_in.vault, words, record_id=new_id())
    grant, entry = adding(house, signed_in, who)
    assert "This waits for you" not in signed_in.client.get(f"/sharing/{grant}").text
    held = wrote(house, signed_in.vault, Entry(what_happened="in Quillet Row"))
    photo = with_photo(house, signed_in.vault, entry)
    page = signed_in.client.get(f"/sharing/{grant}").text
    assert "This waits for you" in page
    for one in (held, photo):
        assert f'href="/sharing/{grant}/again/{one}"' in page
    look = signed_in.client.get(f"/sharing/{grant}/again/{held}").text
    assert "This holds words you want to keep secret:" in look
    assert "Now they see how it was before." not in look
    of_photo = signed_in.client.get(f"/sharing/{grant}/again/{photo}").text
    assert "A file goes as it was sent, with all that is in it." in of_photo
    assert f'href="/files/{photo}"' in of_photo
    signed_in.client.post(f"/sharing/{grant}/again/{held}", data={"version": "1"})
    page = signed_in.client.get(f"/sharing/{grant}").text
    assert "It is shared." in page
    assert f"/again/{held}" not in page
    left = signed_in.client.post(f"/sharing/{grant}/leave-out/{photo}")
    assert left.headers["Location"] == f"/sharing/{grant}"
    page = signed_in.client.get(f"/sharing/{grant}").text
    assert "It stays out of this." in page
    assert "This waits for you" not in page
    assert set(words_now(house, signed_in, grant)) == {"He waited.", "in Quillet Row"}
    assert signed_in.client.post(f"/sharing/{grant}/leave-out/{photo}").status_code == 404


def test_more_than_is_shown_is_counted(
    house: House, signed_in: Person, who: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MOST", 1)
    grant, _ = adding(house, signed_in, who)
    words = Secrets(words=(Secret(value="Quillet Row"),))
    own.add(house, signed_in.vault, words, record_id=new_id())
    for _ in range(3):
        wrote(house, signed_in.vault, Entry(what_happened="in Quillet Row"))
    assert "2 more come after these." in signed_in.client.get(f"/sharing/{grant}").text


def test_a_page_that_was_open_when_they_were_cut_off_shares_nothing(
    house: House, signed_in: Person, who: Worker
) -> None:
    grant, entry = changed(house, signed_in, who)
    agencies.suspend(house, account_id=who.card.account_id)
    there = f"/sharing/{grant}/again/{entry}"
    for answer in (
        signed_in.client.post(there, data={"version": "2"}),
        signed_in.client.get(there),
        signed_in.client.get(f"/sharing/{grant}/going"),
    ):
        assert answer.status_code == 409
        assert "They cannot read anything now, so nothing new goes to them." in answer.text
    assert words_now(house, signed_in, grant) == ["He waited."]


def test_what_is_shared_in_steps_goes_on_only_where_they_read(
    house: House, signed_in: Person, who: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consents, "STEP", 1)
    told = [wrote(house, signed_in.vault, Entry(what_happened=f"He rang {n}.")) for n in range(3)]
    grant = shared(house, signed_in.vault, who, entries=told)
    going = f'href="/sharing/{grant}/going"'
    assert going in signed_in.client.get(f"/sharing/{grant}").text
    agencies.suspend(house, account_id=who.card.account_id)
    assert going not in signed_in.client.get(f"/sharing/{grant}").text


@pytest.mark.parametrize("odd", ["0", "x" * 32, "1e9", "%00", "0" * 32])
def test_what_was_never_offered_is_unknown(
    house: House, signed_in: Person, who: Worker, odd: str
) -> None:
    unseen = wrote(house, signed_in.vault, Entry(what_happened="mine"))
    grant, entry = adding(house, signed_in, who)
    for sought in (odd, grant, unseen):
        for path in ("again", "leave-out"):
            there = f"/sharing/{grant}/{path}/{sought}"
            assert signed_in.client.post(there, data={"version": "1"}).status_code == 404, there
        assert signed_in.client.get(f"/sharing/{grant}/again/{sought}").status_code == 404
    assert signed_in.client.get(f"/sharing/{grant}/again/{entry}").status_code == 404
    sharing.end(house, signed_in.vault, grant)
    assert signed_in.client.get(f"/sharing/{grant}/again/{entry}").status_code == 404


@pytest.mark.parametrize("adds", [True, False])
def test_that_what_she_adds_goes_too_stands_in_the_words_of_the_consent(
    house: House, signed_in: Person, who: Worker, *, adds: bool
) -> None:
    entry = wrote(house, signed_in.vault, Entry(what_happened="He waited."))
    until = consents.today(house).isoformat() if adds else ""
    draft = drafted(house, signed_in.vault, who, entries=(entry,), adds_until=until)
    page = signed_in.client.get(f"/sharing/new/{draft}/words").text
    assert ("goes too, without a preview. Files wait." in page) == adds
    later = signed_in.client.get(f"/sharing/new/{draft}/later").text
    assert "Some things wait until you look at them: photos, files, where your home is" in later


def test_the_practitioner_sees_that_it_was_taken_back(
    app: Flask, house: House, vault: Vault
) -> None:
    maya = at_work(app, house, org=agency(house))
    reader = Worker(maya.vault, practitioners.card(house, maya.account_id))
    entry = wrote(house, vault, Entry(what_happened="He waited.", injuries="a bruise"))
    case_id = shared(house, vault, reader, entries=(entry,))
    page = f"/work/cases/{case_id}/entries/{entry}"
    eyes = {"Accept": "text/html"}
    assert "Taken back by the writer" not in maya.client.get(page, headers=eyes).text
    back = Entry(what_happened="He waited.", withdrawn=Withdrawn(reason="I was wrong."))
    entries.amend(house, vault, entry, back, base_version=1)
    seen = maya.client.get(page, headers=eyes).text
    assert "Taken back by the writer" in seen
    assert "I was wrong." in seen
    assert "He waited." in seen
    assert "bruise" not in seen
