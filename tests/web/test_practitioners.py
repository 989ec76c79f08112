"""A practitioner's ways in: joining, signing in, what is refused, and when a session ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diary.services import agencies, joining, passkeys
from diary.services.agencies import Org
from diary.services.house import House
from diary.services.throttle import PASSKEYS, UNLOCKING
from diary.web.session import BROWSER_COOKIE, COOKIE
from tests.clock import Clock
from tests.conftest import PASSPHRASE, Person, browser_of
from tests.passkeys import PRESENT, VERIFIED, Passkey, options_on, read, text
from tests.practitioners import OWN, Worker, agency, invite, join, sign_in, worker

EYES = {"Accept": "text/html"}
LOCK = "/work/sign-in"
REFUSED = "That did not work, and nothing was opened."
Form = dict[str, str]


@pytest.fixture
def org(house: House) -> Org:
    return agency(house)


@pytest.fixture
def maya(app: Flask, house: House, org: Org) -> Worker:
    """Somebody of the agency."""
    return worker(app, house, org=org)


def is_in(client: FlaskClient) -> bool:
    return client.get("/work/me", headers=EYES).status_code == 200


def is_refused(answer: TestResponse) -> bool:
    return answer.status_code == 403 and REFUSED in answer.text


# Joining


@pytest.mark.parametrize("has_prf", [True, False])
def test_an_invitation_becomes_an_account(
    client: FlaskClient, house: House, org: Org, has_prf: bool
) -> None:
    link = invite(house, org)
    page = client.get(link)
    assert "Maya Thorn" in page.text
    assert "Harbour Advice" in page.text
    assert join(client, link, Passkey(has_prf=has_prf)).headers["Location"] == "/work/settings"
    assert is_in(client)


def test_what_a_browser_is_asked_is_strict(client: FlaskClient, house: House, org: Org) -> None:
    asked = options_on(client.get(invite(house, org)).text)
    assert asked["rp"]["id"] == "localhost"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    asked = options_on(client.get(LOCK).text)
    assert (asked["rpId"], asked["userVerification"]) == ("localhost", "required")
    assert "allowCredentials" not in asked


def test_links_of_no_use_are_all_one(app: Flask, house: House, org: Org, clock: Clock) -> None:
    used, over, taken = (invite(house, org) for _ in range(3))
    join(browser_of(app), used, Passkey())
    back = agencies.id_of(taken.rsplit("/", 1)[1]).hex()
    agencies.take_back(house, invitation_id=back, org_id=org.id)
    clock.pass_(hours=agencies.INVITED_HOURS)
    told = set()
    for link in (used, over, taken, "/work/join/x", "/work/join/" + "A" * 43, "/work/join/é"):
        client = browser_of(app)
        for answer in (client.get(link, headers=EYES), client.post(link, data=OWN, headers=EYES)):
            assert answer.status_code == 404
            told.add(answer.text)
    assert len(told) == 1


def test_of_two_who_use_one_link_one_is_in(app: Flask, house: House, org: Org) -> None:
    link, first, second = invite(house, org), browser_of(app), browser_of(app)
    one, other = Passkey(), Passkey()
    forms = one.make(first.get(link).text), other.make(second.get(link).text)
    assert first.post(link, data=forms[0]).status_code == 303
    assert second.post(link, data=forms[1]).status_code == 404
    assert is_refused(sign_in(browser_of(app), other))
    assert len(agencies.members(house)) == 1


def test_words_that_are_weak_do_not_use_the_link_up(
    client: FlaskClient, house: House, org: Org
) -> None:
    link = invite(house, org)
    form = Passkey(has_prf=False).make(client.get(link).text)
    weak = form | {"choice": "own", "passphrase": "secret", "again": "secret"}
    answer = client.post(link, data=weak)
    assert (answer.status_code, "at least 15" in answer.text.lower()) == (400, True)
    assert client.post(link, data=form | OWN).status_code == 303


# Signing in


def test_a_passkey_signs_in(app: Flask, maya: Worker) -> None:
    client = browser_of(app)
    assert sign_in(client, maya.passkey).headers["Location"] == "/work"
    assert is_in(client)


def test_a_passkey_that_gives_nothing_needs_the_words(app: Flask, house: House, org: Org) -> None:
    passkey = Passkey(has_prf=False)
    join(browser_of(app), invite(house, org), passkey)
    client = browser_of(app)
    answer = sign_in(client, passkey)
    assert (answer.status_code, "Your passphrase" in answer.text) == (200, True)
    assert not is_in(client)
    ticket = answer.text.split('name="ticket" value="')[1].split('"')[0]
    form = {"ticket": ticket, "passphrase": "the wrong words altogether"}
    assert client.post(f"{LOCK}/words", data=form).status_code == 403
    assert is_refused(browser_of(app).post(f"{LOCK}/words", data=form)), "another browser's"
    answer = client.post(f"{LOCK}/words", data=form | {"passphrase": PASSPHRASE})
    assert answer.headers["Location"] == "/work"
    assert is_in(client)


def test_the_words_are_slowed_down_and_a_ticket_ends(
    app: Flask, house: House, org: Org, clock: Clock
) -> None:
    passkey, client = Passkey(has_prf=False), browser_of(app)
    join(browser_of(app), invite(house, org), passkey)
    ticket = sign_in(client, passkey).text.split('name="ticket" value="')[1].split('"')[0]
    form = {"ticket": ticket, "passphrase": "the wrong words altogether"}
    for _ in range(UNLOCKING.most):
        assert client.post(f"{LOCK}/words", data=form).status_code == 403
    assert client.post(f"{LOCK}/words", data=form).status_code == 429
    clock.pass_(minutes=16)
    assert is_refused(client.post(f"{LOCK}/words", data=form | {"passphrase": PASSPHRASE}))


def changed(form: Form, **response: str) -> Form:
    answer = json.loads(form["answer"])
    answer["response"] |= response
    return form | {"answer": json.dumps(answer)}


LIES: dict[str, Callable[[Passkey], Passkey]] = {
    "another site": lambda key: replace(key, origin="https://localhost.example"),
    "another port": lambda key: replace(key, origin="http://localhost:81"),
    "no tls": lambda key: replace(key, origin="http://example.test"),
    "another rp": lambda key: replace(key, rp_id="example.test"),
    "inside another page": lambda key: replace(key, cross_origin=True),
    "not verified": lambda key: replace(key, flags=PRESENT),
    "not present": lambda key: replace(key, flags=VERIFIED),
    "made, not shown": lambda key: replace(key, kind="webauthn.create"),
    "nobody's id": lambda key: replace(key, id=b"n" * 32),
    "an empty id": lambda key: replace(key, id=b""),
    "another key": lambda key: replace(key, key=Passkey().key),
    "nobody's handle": lambda key: replace(key, handle=b"h" * 16),
    "no handle": lambda key: replace(key, handle=b""),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_lies_is_refused(app: Flask, maya: Worker, lie: str) -> None:
    client = browser_of(app)
    assert is_refused(sign_in(client, LIES[lie](maya.passkey)))
    assert not is_in(client)


JOINING = LIES | {
    "shown, not made": lambda key: replace(key, kind="webauthn.get"),
    "a way to sign that was not asked for": lambda key: replace(key, algorithm=-36),
}


@pytest.mark.parametrize(
    "lie",
    [
        "another site", "another rp", "not verified", "inside another page", "shown, not made",
        "a way to sign that was not asked for",
    ],
)  # fmt: skip
def test_nobody_joins_with_a_lie(client: FlaskClient, house: House, org: Org, lie: str) -> None:
    link = invite(house, org)
    assert is_refused(join(client, link, JOINING[lie](Passkey())))
    assert client.get(link).status_code == 200


def test_nobody_joins_with_a_passkey_of_somebody_else(
    app: Flask, client: FlaskClient, house: House, org: Org, maya: Worker
) -> None:
    link = invite(house, org, name="Ira Bell")
    assert is_refused(join(client, link, Passkey(id=maya.passkey.id)))
    assert len(agencies.members(house)) == 1
    assert sign_in(browser_of(app), maya.passkey).status_code == 303
    assert join(client, link, Passkey()).status_code == 303, "the link was not used up"


def test_an_answer_for_one_invitation_is_of_no_use_for_another(
    client: FlaskClient, house: House, org: Org
) -> None:
    mine, other = invite(house, org), invite(house, org, lead=True)
    form = Passkey().make(client.get(mine).text)
    assert is_refused(client.post(other, data=form))
    assert client.post(mine, data=form).status_code == 303


def test_a_link_that_ends_while_it_is_looked_at_is_of_no_use(
    app: Flask, house: House, org: Org, clock: Clock
) -> None:
    over, taken = invite(house, org), invite(house, org)
    clock.pass_(hours=agencies.INVITED_HOURS - 1, minutes=55)
    clients = browser_of(app), browser_of(app)
    forms = [
        Passkey().make(one.get(link).text) for one, link in zip(clients, (over, taken), strict=True)
    ]
    back = agencies.id_of(taken.rsplit("/", 1)[1]).hex()
    agencies.take_back(house, invitation_id=back, org_id=org.id)
    assert clients[1].post(taken, data=forms[1]).status_code == 404
    clock.pass_(minutes=6)
    assert clients[0].post(over, data=forms[0]).status_code == 404
    assert agencies.members(house) == []


def test_a_count_that_goes_back_is_refused(app: Flask, maya: Worker) -> None:
    copied = replace(maya.passkey)
    assert sign_in(browser_of(app), maya.passkey).status_code == 303
    assert is_refused(sign_in(browser_of(app), copied)), "a copy that is behind"
    maya.passkey.count += 1_000
    assert sign_in(browser_of(app), maya.passkey).status_code == 303


@pytest.mark.parametrize("is_synced", [False, True])
def test_an_answer_counts_once(app: Flask, maya: Worker, is_synced: bool) -> None:
    maya.passkey.is_synced = is_synced  # whose count never moves: the challenge alone says no
    client = browser_of(app)
    form = maya.passkey.show(client.get(LOCK).text)
    assert client.post(LOCK, data=form).status_code == 303
    assert is_refused(client.post(LOCK, data=form))


def test_an_answer_makes_one_passkey(house: House, maya: Worker) -> None:
    page = "/work/settings/passkey"
    form = Passkey().make(maya.client.get(page).text)
    assert maya.client.post(page, data=form).status_code == 303
    (made,) = {row for row in joining.listed(house, maya.vault) if row.id != maya.passkey.id.hex()}
    assert maya.client.post(f"/work/settings/passkeys/{made.id}/remove").status_code == 303
    assert is_refused(maya.client.post(page, data=form)), "it was removed, and does not come back"


def test_of_two_copies_of_a_key_at_once_one_is_in(
    app: Flask, maya: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied, first, second = replace(maya.passkey), browser_of(app), browser_of(app)
    forms = maya.passkey.show(first.get(LOCK).text), copied.show(second.get(LOCK).text)
    check = passkeys.shown

    def slowly(*asked: Any) -> int:
        count = check(*asked)
        monkeypatch.undo()
        assert second.post(LOCK, data=forms[1]).status_code == 303
        return count

    monkeypatch.setattr(passkeys, "shown", slowly)
    assert is_refused(first.post(LOCK, data=forms[0]))
    assert (is_in(first), is_in(second)) == (False, True)


def test_an_answer_that_comes_late_is_refused(app: Flask, maya: Worker, clock: Clock) -> None:
    client = browser_of(app)
    form = maya.passkey.show(client.get(LOCK).text)
    clock.pass_(minutes=15)
    assert is_refused(client.post(LOCK, data=form))


def test_a_challenge_is_for_one_browser_and_one_thing(
    app: Flask, house: House, org: Org, maya: Worker
) -> None:
    mine, other = browser_of(app), browser_of(app)
    other.get(LOCK)
    assert is_refused(other.post(LOCK, data=maya.passkey.show(mine.get(LOCK).text)))
    joining = options_on(mine.get(invite(house, org)).text)["challenge"]
    page = mine.get(LOCK).text
    told = json.loads(read(page.split('data-options="')[1].split('"')[0]))
    swapped = text(json.dumps(told | {"challenge": joining}).encode())
    form = maya.passkey.show(f'data-options="{swapped}"')
    assert is_refused(mine.post(LOCK, data=form)), "made for joining"


@pytest.mark.parametrize("change", ["flip", "longer", "empty", "none"])
def test_a_forged_challenge_is_refused(app: Flask, maya: Worker, change: str) -> None:
    client = browser_of(app)
    told = options_on(client.get(LOCK).text)
    made = bytearray(read(told["challenge"]))
    made[-1] ^= 1
    forged = {"flip": bytes(made), "longer": bytes(made) + b"x", "empty": b"", "none": b"x" * 56}
    page = text(json.dumps(told | {"challenge": text(forged[change])}).encode())
    assert is_refused(client.post(LOCK, data=maya.passkey.show(f'data-options="{page}"')))


NONSENSE = [
    "", "{}", "[]", "null", "7", '"x"', "{" * 9_000, "[" * 9_000, "\0", "é", "x" * 20_000,
    '{"rawId": 7, "response": 7}', '{"rawId": "é", "response": {"clientDataJSON": "é"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30"}}',
]  # fmt: skip


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_refused(client: FlaskClient, house: House, org: Org, nonsense: str) -> None:
    form = {"answer": nonsense, "opened": nonsense or text(b"o" * 32)}
    assert is_refused(client.post(LOCK, data=form))
    link = invite(house, org)
    assert is_refused(client.post(link, data=form | {"opened": text(b"o" * 32)}))
    assert client.get(link).status_code == 200


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
@pytest.mark.parametrize("value", ["", "AA", "é", "A" * 8_000])
def test_a_part_that_is_nonsense_is_refused(
    app: Flask, maya: Worker, part: str, value: str
) -> None:
    client = browser_of(app)
    form = maya.passkey.show(client.get(LOCK).text)
    assert is_refused(client.post(LOCK, data=changed(form, **{part: value})))


@pytest.mark.parametrize("ticket", ["", "x", "A" * 200, "é", "A" * 5_000])
def test_a_forged_ticket_is_refused(client: FlaskClient, ticket: str) -> None:
    form = {"ticket": ticket, "passphrase": PASSPHRASE}
    assert is_refused(client.post(f"{LOCK}/words", data=form))


def test_tries_from_one_network_are_slowed_down(client: FlaskClient) -> None:
    form = {"answer": json.dumps({"rawId": "AA", "response": {"clientDataJSON": "e30"}})}
    for _ in range(PASSKEYS.most):
        assert client.post(LOCK, data=form).status_code == 403
    assert client.post(LOCK, data=form).status_code == 429


def test_unknown_and_suspended_are_one_answer(app: Flask, house: House, maya: Worker) -> None:
    agencies.suspend(house, account_id=maya.account_id)
    theirs, nobodys = (
        sign_in(client, passkey)
        for client, passkey in ((browser_of(app), maya.passkey), (browser_of(app), Passkey()))
    )
    assert is_refused(theirs)
    assert theirs.status_code == nobodys.status_code
    assert without_options(theirs) == without_options(nobodys)
    assert list(theirs.headers.keys()) == list(nobodys.headers.keys())


def without_options(answer: TestResponse) -> str:
    before, rest = answer.text.split('data-options="')
    return before + rest.split('"', 1)[1]


def test_a_suspended_one_without_prf_never_reaches_the_words(
    app: Flask, house: House, org: Org
) -> None:
    passkey = Passkey(has_prf=False)
    join(browser_of(app), invite(house, org), passkey)
    agencies.suspend(house, account_id=agencies.members(house)[0].account_id)
    assert is_refused(sign_in(browser_of(app), passkey))


def test_who_is_suspended_between_passkey_and_words_is_out(
    app: Flask, house: House, org: Org
) -> None:
    passkey, client = Passkey(has_prf=False), browser_of(app)
    join(browser_of(app), invite(house, org), passkey)
    ticket = sign_in(client, passkey).text.split('name="ticket" value="')[1].split('"')[0]
    agencies.suspend(house, account_id=agencies.members(house)[0].account_id)
    form = {"ticket": ticket, "passphrase": PASSPHRASE}
    assert is_refused(client.post(f"{LOCK}/words", data=form))


# Sessions


def test_a_session_that_was_there_before_is_not_taken_over(app: Flask, maya: Worker) -> None:
    client, planted = browser_of(app), maya.client.get_cookie(COOKIE)
    assert planted is not None
    for value in (planted.value, "A" * 43):
        client.set_cookie(COOKIE, value, secure=True)
        assert sign_in(client, maya.passkey).status_code == 303
        fresh = client.get_cookie(COOKIE)
        assert fresh is not None
        assert fresh.value != value
    assert not is_in(maya.client), "the one that was signed in over has ended"


def test_who_is_suspended_is_out_at_the_next_request(house: House, maya: Worker) -> None:
    assert is_in(maya.client)
    agencies.suspend(house, account_id=maya.account_id)
    answer = maya.client.get("/work/me", headers=EYES)
    assert (answer.status_code, 'action="/work/sign-in"' in answer.text) == (401, True)


def test_a_session_ends_after_a_quarter_of_an_hour(maya: Worker, clock: Clock) -> None:
    clock.pass_(minutes=14)
    assert is_in(maya.client)
    clock.pass_(minutes=14)
    assert is_in(maya.client), "it was used"
    clock.pass_(minutes=15, seconds=1)
    assert not is_in(maya.client)


def test_hers_lasts_as_long_as_before(signed_in: Person, clock: Clock) -> None:
    clock.pass_(minutes=29)
    assert signed_in.client.get("/write").status_code == 200


def test_both_sides_are_closed_to_each_other(maya: Worker, signed_in: Person) -> None:
    nothing = "There is nothing at this address."
    for client, path in ((maya.client, "/diary"), (signed_in.client, "/work/me")):
        answer = client.get(path, headers=EYES)
        assert (answer.status_code, nothing in answer.text) == (404, True)
    assert maya.client.get("/").headers["Location"] == "/work"
    assert signed_in.client.get("/").headers["Location"] == "/write"


def test_signing_out_leads_back_to_the_same_lock(maya: Worker) -> None:
    assert maya.client.post("/sign-out").headers["Location"] == LOCK
    assert not is_in(maya.client)


def test_what_was_asked_for_is_opened_after_signing_in(app: Flask, maya: Worker) -> None:
    client = browser_of(app)
    page = client.get("/work/settings", headers=EYES)
    assert page.status_code == 401
    form = maya.passkey.show(page.text) | {"next": "/work/settings"}
    assert client.post(LOCK, data=form).headers["Location"] == "/work/settings"


def test_no_name_and_no_words_find_a_practitioner(client: FlaskClient, maya: Worker) -> None:
    for name in ("Maya Thorn", maya.account_id):
        form = {"name": name, "passphrase": PASSPHRASE}
        assert client.post("/sign-in", data=form).status_code == 403


def test_the_lock_says_nothing(client: FlaskClient) -> None:
    page = client.get(LOCK)
    assert "A passkey needs JavaScript" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "publickey-credentials-get=(self)" in page.headers["Permissions-Policy"]
    assert client.get_cookie(BROWSER_COOKIE) is not None
    for path in ("/", "/help", "/start", "/way-back", "/leaving"):
        assert "/work" not in client.get(path).text, path
