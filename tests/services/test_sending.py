"""What goes on beside a request that sends: one step at a time, and no failure is lost."""

from __future__ import annotations

from threading import Event

import pytest

from diary.errors import DamagedError
from diary.services.sending import Lane


def test_a_step_is_passed_over_while_the_last_one_goes_on() -> None:
    lane, go_on, done = Lane(), Event(), list[int]()

    def step(parts: int) -> None:
        go_on.wait(10)
        done.append(parts)

    assert lane.offer(step, 1)
    assert not lane.offer(step, 2)
    go_on.set()
    lane.end_step()
    assert lane.offer(step, 3)
    lane.close()
    assert done == [1, 3]


def test_what_a_step_raised_is_raised_by_the_next_offer() -> None:
    lane, failed = Lane(), Event()

    def step(_: int) -> None:
        failed.set()
        raise DamagedError

    lane.offer(step, 1)
    failed.wait(10)
    lane.close()
    with pytest.raises(DamagedError):
        lane.offer(step, 2)


def test_what_the_last_step_raised_is_raised_at_the_end() -> None:
    lane = Lane()

    def step(_: int) -> None:
        raise DamagedError

    lane.offer(step, 1)
    lane.close()
    with pytest.raises(DamagedError):
        lane.end_step()
