"""What is new since the last time: one number on the list, the overview and every list page."""

from __future__ import annotations

import pytest

from diary.domain.entry import Entry
from diary.domain.file import File
from diary.services import case_overview, cases, files
from diary.services.house import House
from diary.vault.vault import Vault
from tests import cases as told
from tests.cases import Told
from tests.clock import Clock
from tests.media import picture
from tests.practitioners import Worker, sign_in
from tests.web.test_cases import write_record

EYES = {"Accept": "text/html"}
NEW = "<li>new</li>"


@pytest.fixture
def case_id(house: House, clock: Clock, vault: Vault, maya: Worker, diary: Told) -> str:
    """A case that was looked at once, two hours ago."""
    case_id = told.share(house, vault, maya.vault, diary)
    case_overview.open_case(house, maya.vault, case_id)
    clock.pass_(hours=2)
    assert sign_in(maya.client, maya.passkey).status_code == 303
    return case_id


def numbers(house: House, maya: Worker, case_id: str) -> tuple[int, int]:
    """How many are new, says the list, and then the overview."""
    (line,) = cases.mine(house, maya.vault)
    return line.new, len(case_overview.open_case(house, maya.vault, case_id).new)


def test_files_copies_and_consents_are_nothing_new(
    house: House, vault: Vault, maya: Worker, case_id: str, diary: Told
) -> None:
    received = files.take_in(house, "door.jpg", [picture()])
    file = files.add(house, vault, received, parent=diary.second)
    with house.store.read() as conn:
        ids = [file, *vault.family(conn, file)]
        consent = vault.get(conn, case_id).body
    with house.store.write() as conn:
        vault.keep(conn, consent, at=house.now(), record_id=case_id, base_version=1)
    told.add_to(house, vault, case_id, [*ids, case_id])
    assert numbers(house, maya, case_id) == (0, 0)
    with house.store.read() as conn:
        found = cases.opened(conn, cases.live(conn, house, maya.vault, case_id))
        assert file in {head.record.hex() for head in found.listed(File.kind)}


def test_his_own_records_are_no_news_to_him(house: House, maya: Worker, case_id: str) -> None:
    write_record(maya, case_id)
    assert numbers(house, maya, case_id) == (0, 0)


def test_an_entry_is_new_on_every_list(
    house: House, clock: Clock, vault: Vault, maya: Worker, case_id: str
) -> None:
    more = told.keep(house, vault, Entry(what_happened="Again."))
    told.add_to(house, vault, case_id, [more])
    case = f"/work/cases/{case_id}"
    for path in ("/entries", f"/entries/{more}", "", "/entries"):
        assert maya.client.get(case + path, headers=EYES).text.count(NEW) == 1, path
    clock.pass_(minutes=14)
    maya.client.get(case, headers=EYES)
    clock.pass_(minutes=14)
    maya.client.get(case, headers=EYES)
    clock.pass_(minutes=14)
    assert NEW not in maya.client.get(f"{case}/entries", headers=EYES).text
