"""What a request may ask for: the house it is served by."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from diary.services.house import House

_KEY = "diary.house"


def move_in(app: Flask, house: House) -> None:
    """Tell the application which house it serves."""
    app.extensions[_KEY] = house


def current_house() -> House:
    """Return the house that answers this request."""
    return cast(House, current_app.extensions[_KEY])
