"""Where she is signed in: one list, and the ways to end what is open elsewhere."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.services import devices
from diary.web.house import current_house, current_vault, signed_in_live
from diary.web.session import browser_mark

pages = Blueprint("devices", __name__)


def set_up(app: Flask) -> None:
    """Add these pages."""
    app.register_blueprint(pages)


@pages.get("/devices")
@login_required
def show() -> str:
    """List where the account is open."""
    house, vault, live = current_house(), current_vault(), signed_in_live()
    listed = devices.list_all(house, vault, live)
    return render_template("devices/devices.html", devices=listed)


@pages.post("/devices/<device_id>/end")
@login_required
def end(device_id: str) -> Response:
    """End one; its next request shows the lock."""
    devices.end_one(current_house(), current_vault(), device_id)
    return redirect(url_for("devices.show"), 303)


@pages.post("/devices/end-others")
@login_required
def end_others() -> Response:
    """End all but this one."""
    house, vault, live = current_house(), current_vault(), signed_in_live()
    devices.end_others(house, vault, live, browser=browser_mark())
    return redirect(url_for("devices.show"), 303)
