"""The lock of those who sign in with a passkey: as neutral as the other one."""

from __future__ import annotations

from flask import render_template, request

from diary.services import passkeys
from diary.services.challenges import Purpose
from diary.services.joining import Shown
from diary.services.passkeys import Asked
from diary.web.caller import caller
from diary.web.carry import Carried
from diary.web.house import current_house


def asked(purpose: Purpose, subject: str = "") -> Asked:
    """Return for what this browser is asked, on the site that it sees."""
    return Asked(purpose, subject, passkeys.site_at(request.host), caller())


def from_outside(path: str) -> str:
    """Return a page's whole address, as somebody elsewhere opens it."""
    return passkeys.site_at(request.host).origins[-1] + path


def shown() -> Shown:
    """Return what the browser's passkey answered, as posted."""
    form = request.form
    return Shown(form.get("answer", ""), passkeys.output_in(form.get("opened", "")))


def lock_page(carried: Carried, *, error: Exception | None = None) -> str:
    """Show the lock, with a fresh challenge in it."""
    options = passkeys.ask_to_show(current_house(), asked("sign in"))
    return render_template("practitioners/lock.html", carried=carried, options=options, error=error)
