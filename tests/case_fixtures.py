"""Somebody who helps, a diary with something of every kind, and a case of it shared with them."""

from __future__ import annotations

import pytest
from flask import Flask

from diary.services.house import House
from diary.vault.vault import Vault
from tests import cases
from tests.cases import Told
from tests.practitioners import Worker, agency, worker


@pytest.fixture
def maya(app: Flask, house: House) -> Worker:
    return worker(app, house, org=agency(house))


@pytest.fixture
def diary(house: House, vault: Vault) -> Told:
    return cases.tell(house, vault)


@pytest.fixture
def case_id(house: House, vault: Vault, maya: Worker, diary: Told) -> str:
    return cases.share(house, vault, maya.vault, diary)
