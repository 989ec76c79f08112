"""Who practitioners are, how they are found, and that nobody else's key opens their way in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from diary.content.fingerprints import words_of
from diary.domain.ids import new_id
from diary.domain.people import OtherPerson
from diary.errors import (
    BadInputError,
    ConflictError,
    DamagedError,
    DiaryError,
    NotFoundError,
    TooManyTriesError,
    WrongSecretError,
)
from diary.services import agencies, joining, own, practitioners, sharing, upkeep
from diary.services.accounts import Caller
from diary.services.agencies import Org
from diary.services.house import House
from diary.services.joining import Shown
from diary.services.passkeys import Asked, ask_to_make, output_in, site_at
from diary.services.practitioners import CODE_MINUTES, Card
from diary.services.throttle import LOOKING_UP
from diary.store import accounts, orgs
from diary.store import passkeys as store
from diary.vault import agencies as names
from diary.vault import passkeys as slots
from diary.vault.keyring import Unlocked
from diary.vault.vault import Vault
from tests.clock import Clock
from tests.meeting import at_once, meeting
from tests.passkeys import Passkey

CALLER = Caller(network="192.0.2.7", browser=b"m" * 32)


@pytest.fixture
def org(house: House) -> Org:
    return agencies.add_org(house, "Harbour Advice")


def asked(token: str) -> Asked:
    return Asked("join", agencies.account_of(token), site_at("localhost"), CALLER)


def shown(house: House, token: str, passkey: Passkey) -> Shown:
    about = asked(token)
    page = ask_to_make(house, about, user_id=about.subject, user_name="Maya")
    form = passkey.make(f'data-options="{page}"')
    return Shown(form["answer"], output_in(form["opened"]))


def join(house: House, org: Org, passkey: Passkey, *, name: str = "Maya Thorn") -> Unlocked:
    token = agencies.invite(house, org_id=org.id, name=name, role="Adviser", lead=False).token
    words = "" if passkey.has_prf else "copper lantern river walnut"
    return joining.join(house, token, asked(token), shown(house, token, passkey), passphrase=words)


@pytest.fixture
def maya(house: House, org: Org) -> Card:
    return practitioners.card(house, join(house, org, Passkey()).account_id)


# Who they are


def test_a_card_says_who_somebody_is(house: House, org: Org, maya: Card) -> None:
    assert (maya.name, maya.role, maya.organisation) == ("Maya Thorn", "Adviser", "Harbour Advice")
    assert (maya.lead, maya.suspended, maya.org_id) == (False, False, org.id)
    assert maya.fingerprint == practitioners.fingerprint(maya.public_key, maya.account_id)
    with house.store.read() as conn:
        assert practitioners.is_active(conn, maya.account_id)


def test_a_survivor_has_no_card(house: House, vault: Vault) -> None:
    for account_id in (vault.account_id, "0" * 32, ""):
        with pytest.raises(NotFoundError):
            practitioners.card(house, account_id)
        with house.store.read() as conn:
            assert not practitioners.is_active(conn, account_id)


def test_a_fingerprint_is_six_words_of_a_list_that_never_changes(maya: Card) -> None:
    assert len(maya.fingerprint.split()) == 6
    assert words_of(bytes(range(32))) == "abacus ammonia lavish ammonia elbow afloat"
    assert words_of(b"\xff" * 32) == " ".join(["zoology"] * 6)
    other = practitioners.fingerprint(bytes(32), maya.account_id)
    assert other not in {maya.fingerprint, practitioners.fingerprint(bytes(32), "0" * 32)}


@pytest.mark.parametrize(
    "other",
    [OtherPerson(phones=("+44 7700 900123",)), OtherPerson(emails=("Gaz@Example.org",))],
)
def test_whose_number_or_mail_is_the_other_persons_is_found_by_nobody(
    house: House, org: Org, vault: Vault, maya: Card, other: OtherPerson
) -> None:
    contact = "07700 900123, gaz@example.org"
    link = agencies.invite(
        house, org_id=org.id, name="Ira Bell", role="Officer 1172", lead=False, contact=contact
    )
    first = joining.join(
        house, link.token, asked(link.token), shown(house, link.token, Passkey()), passphrase=""
    ).account_id
    again = agencies.invite_again(house, account_id=first, org_id=org.id).token
    second = joining.join(
        house, again, asked(again), shown(house, again, Passkey()), passphrase=""
    ).account_id
    card = practitioners.card(house, second)
    assert card.contact == contact
    assert contact not in repr(card)
    code = practitioners.introduce(house, second).code
    assert sharing.find(house, vault, code) == card
    own.add(house, vault, other, record_id=new_id())
    with pytest.raises(NotFoundError) as theirs:
        sharing.find(house, vault, code)
    assert theirs.value.message == sentence(house, "2222-2222", by="a").message
    code = practitioners.introduce(house, maya.account_id).code
    assert sharing.find(house, vault, code) == maya


# Being found


def test_a_code_finds_somebody_however_it_is_typed(house: House, maya: Card) -> None:
    code = practitioners.introduce(house, maya.account_id).code
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code[:3]} {code[3:]} "):
        assert practitioners.by_code(house, typed, by="a") == maya


def sentence(house: House, typed: str, *, by: str) -> DiaryError:
    with pytest.raises(NotFoundError) as caught:
        practitioners.by_code(house, typed, by=by)
    return caught.value


def test_codes_of_no_use_are_all_one(house: House, org: Org, maya: Card, clock: Clock) -> None:
    replaced = practitioners.introduce(house, maya.account_id).code
    over = practitioners.introduce(house, maya.account_id).code
    clock.pass_(minutes=CODE_MINUTES)
    gone = practitioners.card(house, join(house, org, Passkey(), name="Ira").account_id)
    suspended = practitioners.introduce(house, gone.account_id).code
    agencies.suspend(house, account_id=gone.account_id)
    typed = (replaced, over, suspended, "", "7KQM-3FXW", "x" * 10_000, "\0", "é", "🙂")
    assert len({str(sentence(house, one, by=one[:9])) for one in typed}) == 1


def test_guessing_codes_is_slowed_down_for_one_and_not_for_others(
    house: House, maya: Card, clock: Clock
) -> None:
    code = practitioners.introduce(house, maya.account_id).code
    for _ in range(LOOKING_UP.most):
        sentence(house, "7KQM-3FXW", by="a")
    with pytest.raises(TooManyTriesError):
        practitioners.by_code(house, code, by="a")
    assert practitioners.by_code(house, code, by="b") == maya


# Agencies


def test_an_agency_is_found_by_its_name_or_id(house: House, org: Org) -> None:
    assert agencies.org_named(house, " harbour  ADVICE ") == org
    assert agencies.org_named(house, org.id) == org
    with pytest.raises(NotFoundError):
        agencies.org_named(house, "Quay Street")
    with pytest.raises(ConflictError):
        agencies.add_org(house, "HARBOUR advice")


@pytest.mark.parametrize(
    "name", ["", " ", "x" * 101, "x" * 1_000_000, "a\0b", "a\u202eb", "\ud800\0"]
)
def test_names_that_are_none_are_refused(house: House, org: Org, name: str) -> None:
    with pytest.raises(BadInputError):
        agencies.add_org(house, name)
    with pytest.raises(BadInputError) as caught:
        agencies.invite(house, org_id=org.id, name=name, role="x", lead=False)
    assert caught.value.fields.keys() == {"name"}


def test_names_lie_sealed_and_open_in_no_other_row(house: House, org: Org, maya: Card) -> None:
    with house.store.read() as conn:
        known = orgs.member(conn, maya.account_id)
    assert known
    for sealed in (known.member.sealed, known.org_sealed):
        assert b"Maya" not in sealed
        assert b"Harbour" not in sealed
    with pytest.raises(DamagedError):
        names.open_(house.secrets, "practitioner", "0" * 32, known.member.sealed)
    with pytest.raises(DamagedError):
        names.open_(house.secrets, "org", maya.account_id, known.member.sealed)


def test_inviting_again_is_a_new_person_with_a_new_key(house: House, org: Org, maya: Card) -> None:
    link = agencies.invite_again(house, account_id=maya.account_id, org_id=org.id)
    old = practitioners.card(house, maya.account_id)
    assert old.suspended
    passkey = Passkey()
    about = shown(house, link.token, passkey)
    new = joining.join(house, link.token, asked(link.token), about, passphrase="")
    card = practitioners.card(house, new.account_id)
    assert (card.name, card.role, card.organisation) == (old.name, old.role, old.organisation)
    assert card.account_id != old.account_id
    assert card.fingerprint != old.fingerprint


@pytest.mark.parametrize("lead", [True, False])
def test_a_suspended_lead_has_no_link_left_to_come_back_by(
    house: House, org: Org, *, lead: bool
) -> None:
    kept = agencies.invite(house, org_id=org.id, name="Nobody", role="Lead", lead=True)
    token = agencies.invite(house, org_id=org.id, name="Bo", role="Lead", lead=lead).token
    bad = joining.join(house, token, asked(token), shown(house, token, Passkey()), passphrase="")
    agencies.suspend(house, account_id=bad.account_id)
    assert bool(agencies.waiting(house, org.id)) is not lead
    if lead:
        with pytest.raises(NotFoundError):
            agencies.invited(house, kept.token)
    again = agencies.invite_again(house, account_id=bad.account_id, org_id=org.id)
    assert agencies.invited(house, again.token).name == "Bo"


def test_inviting_a_lead_again_who_was_suspended_ends_no_invitation(house: House, org: Org) -> None:
    token = agencies.invite(house, org_id=org.id, name="Bo", role="Lead", lead=True).token
    bo = joining.join(house, token, asked(token), shown(house, token, Passkey()), passphrase="")
    agencies.suspend(house, account_id=bo.account_id)
    kept = agencies.invite(house, org_id=org.id, name="Ira", role="Adviser", lead=False)
    agencies.invite_again(house, account_id=bo.account_id, org_id=org.id)
    assert agencies.invited(house, kept.token).name == "Ira"


def test_of_many_who_use_one_link_at_once_one_joins(house: House, org: Org) -> None:
    token = agencies.invite(house, org_id=org.id, name="Bo", role="Adviser", lead=False).token
    answers = [shown(house, token, Passkey()) for _ in range(4)]

    def use(about: Shown) -> bool:
        try:
            joining.join(house, token, asked(token), about, passphrase="")
        except NotFoundError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(use, answers)) == 1
    assert len(agencies.members(house, org.id)) == 1


def test_sweeping_forgets_names_of_old_invitations(house: House, org: Org, clock: Clock) -> None:
    agencies.invite(house, org_id=org.id, name="Bo", role="Adviser", lead=False)
    clock.pass_(days=40)
    upkeep.sweep(house)
    with house.store.read() as conn:
        assert orgs.open_invitations(conn, org.id, 0) == []


# Keys


def test_what_a_passkey_gives_opens_its_own_slot_alone(house: House, org: Org) -> None:
    first, second = Passkey(), Passkey()
    one, other = join(house, org, first), join(house, org, second, name="Bo")
    with house.store.read() as conn:
        account = accounts.by_id(conn, one.account_id)
        (mine,) = store.of_account(conn, one.account_id)
        (theirs,) = store.of_account(conn, other.account_id)
    assert account
    given = b"g" * slots.OUTPUT
    mine = mine._replace(slot=slots.slot_for(one, mine.id, given))
    assert slots.unlock(account, mine, given) == one
    for row, output in (
        (mine, b"h" * slots.OUTPUT),
        (mine, b""),
        (mine._replace(id=theirs.id), given),
        (mine._replace(slot=theirs.slot), given),
    ):
        with pytest.raises(WrongSecretError):
            slots.unlock(account, row, output)


def test_a_passkey_that_gives_nothing_leaves_a_slot_like_any_other(house: House, org: Org) -> None:
    one = join(house, org, Passkey(has_prf=False))
    with house.store.read() as conn:
        (row,) = store.of_account(conn, one.account_id)
        account = accounts.by_id(conn, one.account_id)
    assert account
    assert len(row.slot) == len(slots.slot_for(one, row.id, b"g" * slots.OUTPUT))
    with pytest.raises(WrongSecretError):
        slots.unlock(account, row, b"")


def test_the_last_passkey_stays(house: House, org: Org) -> None:
    one = Vault(join(house, org, Passkey()))
    (only,) = joining.listed(house, one)
    with pytest.raises(BadInputError):
        joining.remove(house, one, only.id)
    for unknown in ("", "0" * 64, "é"):
        with pytest.raises(NotFoundError):
            joining.remove(house, one, unknown)


def test_two_removals_at_the_same_time_leave_one(
    house: House, org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Vault(join(house, org, Passkey()))
    with house.store.write() as conn:
        (first,) = store.of_account(conn, one.account_id)
        store.add(conn, first._replace(id=b"second"))
    stayed = list[BadInputError]()

    def remove(passkey_id: str) -> None:
        try:
            joining.remove(house, one, passkey_id)
        except BadInputError as error:
            stayed.append(error)

    keys = joining.listed(house, one)
    with monkeypatch.context() as patch:
        patch.setattr(store, "of_account", meeting(store.of_account))
        at_once(*(partial(remove, key.id) for key in keys))
    assert len(stayed) == len(joining.listed(house, one)) == 1
