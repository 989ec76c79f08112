"""What the service says of itself to anybody."""

from __future__ import annotations

from flask import Flask

from diary.services.house import House


def test_the_logs_key_can_be_read_by_a_stranger(app: Flask, house: House) -> None:
    answer = app.test_client().get("/log-key")
    assert answer.status_code == 200
    assert answer.text == f"{house.secrets.log.public_line}\n"


def test_health_is_one_word(app: Flask) -> None:
    assert app.test_client().get("/healthz").text == "ok\n"
