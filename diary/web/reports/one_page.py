"""One entry on one page, to show or to send: first where the copy will lie, then the copy."""

from __future__ import annotations

from flask import Response, render_template
from flask_login import fresh_login_required, login_required

from diary.services import entries, one_page
from diary.web.house import current_house, current_vault
from diary.web.texts import readers_language


@login_required
def before(record_id: str) -> str:
    """Say where the copy will lie, before it is made."""
    story = entries.read(current_house(), current_vault(), record_id)
    return render_template("reports/one_page.html", story=story)


@fresh_login_required
def pdf(record_id: str) -> Response:
    """Give the page, under a name that says nothing."""
    made = one_page.make(current_house(), current_vault(), record_id, readers_language())
    response = Response(made.data, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=made.file_name)
    return response
