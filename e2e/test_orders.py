"""Two pages of an order on the kitchen table, and three minutes; nine months later, its end."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from e2e.conftest import Arrive
from e2e.people import Survivor
from e2e.samples import phone_files

KIND = "Non-molestation order"
MINUTES = 3
SECONDS_A_TAP = 10  # of an unsteady hand, with the time to find where


def test_an_order_is_photographed_and_kept_within_three_minutes(nad: Survivor) -> None:
    started = time.monotonic()
    order = nad.add_order(KIND, phone_files()[:2])
    taps = 5  # Orders, Add an order, the kind, the photos, Save
    assert time.monotonic() - started + taps * SECONDS_A_TAP < MINUTES * 60
    expect(nad.tile("Photo")).to_have_count(2)
    expect(nad.page.get_by_role("img")).to_have_count(0)
    nad.sees("If you are in danger, call 999.")
    nad.open(order)
    nad.show("Photo").get_by_role("img").evaluate("one => one.decode()")


def test_what_it_says_is_copied_line_by_line_and_the_end_comes_up(nad: Survivor) -> None:
    order = nad.add_order(KIND)
    nad.copy_line(order, "must not telephone the applicant", meaning="They must not contact you:")
    nad.sees("must not telephone the applicant", "no calls, texts, emails")
    nad.say_end(order, (datetime.now(UTC) + timedelta(days=12)).date().isoformat())
    nad.follow("Diary")
    nad.follow("An order ends", exact=False)
    nad.sees("Before it ends", "Nothing is sent to you.")


def test_without_a_script_it_is_the_same(arrive: Arrive) -> None:
    nad = arrive(java_script_enabled=False)
    nad.sign_up()
    nad.add_order("I am not sure", phone_files()[:1])
    expect(nad.tile("Photo")).to_have_count(1)


@pytest.mark.parametrize("path", ["/orders", "/orders/new", "/orders/moved", "/told", "/coming-up"])
def test_a_diary_without_an_order_is_no_dead_end(nad: Survivor, path: str) -> None:
    nad.open(path)
    expect(nad.page.get_by_role("link", name="Write", exact=True)).to_be_visible()
