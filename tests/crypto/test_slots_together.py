"""Many passphrases at once: each is stretched, none waits for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from diary.crypto.slots import Argon2Params, stretch


def test_many_derivations_at_once_all_come_back() -> None:
    params = Argon2Params(memory_kib=1024, iterations=2, lanes=4)
    alone = stretch("copper lantern", b"s" * 16, params)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(stretch, "copper lantern", b"s" * 16, params) for _ in range(64)]
        assert {one.result(timeout=60) for one in waiting} == {alone}
