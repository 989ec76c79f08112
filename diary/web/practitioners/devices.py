"""Where a practitioner is signed in."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from diary.services import devices
from diary.web.house import current_house, current_vault, for_practitioners, signed_in_live
from diary.web.session import browser_mark

pages = Blueprint("work_devices", __name__)


@pages.get("/work/devices")
@login_required
@for_practitioners
def show() -> str:
    """List where the account is open."""
    listed = devices.list_all(current_house(), current_vault(), signed_in_live())
    return render_template("practitioners/devices.html", devices=listed)


@pages.post("/work/devices/<device_id>/end")
@login_required
@for_practitioners
def end(device_id: str) -> Response:
    """End one; its next request shows the lock."""
    devices.end_one(current_house(), current_vault(), device_id)
    return redirect(url_for("work_devices.show"), 303)


@pages.post("/work/devices/end-others")
@login_required
@for_practitioners
def end_others() -> Response:
    """End all but this one."""
    house, vault, live = current_house(), current_vault(), signed_in_live()
    devices.end_others(house, vault, live, browser=browser_mark())
    return redirect(url_for("work_devices.show"), 303)
