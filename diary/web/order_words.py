"""What an order's pages say of it in plain words: how long it lasts, and which days do not fit.

Nothing here states law: what is known of a kind of order is data (`diary.content`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from diary.content import OrderType, order_type
from diary.domain.order import Order
from diary.insights.in_force import Standing, ends_before_made
from diary.text import N_
from diary.web.house import current_house
from diary.web.texts import ZONE, day

UNSURE = "UNSURE"
SERVED_HOW = {
    "personal": N_("Somebody put it in their hands"),
    "court_present": N_("They were in court"),
    "post": N_("By post"),
    "police": N_("By the police"),
    "not_sure": N_("Not sure"),
}
YES_NO = {"yes": N_("Yes"), "no": N_("No"), "not_sure": N_("Not sure")}
ARREST = YES_NO | {"na": N_("This kind has none")}
ENDS = {
    "on": N_("On a day"),
    "until_further_order": N_("Until the court says otherwise"),
    "not_sure": N_("Not sure"),
}
_NOTHING_ELSE = {"": N_("No")}
STATUS = {
    "interim": N_("Only until the next time in court"),
    "discharged": N_("The court ended it"),
    "expired": N_("It has run out"),
    "varied": N_("The court changed it"),
    "not_sure": N_("Not sure"),
}
STATUS_CHOICES = _NOTHING_ELSE | STATUS


def today() -> date:
    """Return the day it is where the orders are made."""
    return current_house().now().astimezone(ZONE).date()


def type_of(order: Order) -> OrderType:
    """Return what is known of this kind of order; of an unknown kind, what holds for any."""
    known = order_type(order.type) or order_type(UNSURE)
    if known is None:
        raise LookupError(UNSURE)
    return known


def said_day(text: str) -> str:
    """Say a stored day (2026-03-03) as people do."""
    return day(date.fromisoformat(text)) if text else ""


def standing(one: Standing) -> str:
    """Say whether an order was in force, and why."""
    return str(_(one.reason, day=said_day(one.day)))


def time_left(order: Order) -> str:
    """Say how long an order lasts, as far as that is known."""
    if ends_before_made(order):
        return str(_("It says that it ends before it was made. Please look at your copy."))
    if order.status in {"discharged", "expired"}:
        return str(_(STATUS[order.status]))
    if order.expires_on and order.ends == "until_further_order":
        return str(
            _(
                "It names %(day)s, and also says until further order.",
                day=said_day(order.expires_on),
            )
        )
    if order.expires_on and order.ends != "not_sure":
        return days_left(date.fromisoformat(order.expires_on))
    if order.ends == "until_further_order":
        return str(_(ENDS["until_further_order"]))
    return str(_("Not sure when it ends"))


def days_left(end: date) -> str:
    """Say how many days are left until a day."""
    left = (end - today()).days
    if left < 0:
        return str(_("Ended on %(day)s", day=day(end)))
    if left == 0:
        return str(_("Ends today"))
    if left == 1:
        return str(_("Ends tomorrow, %(day)s", day=day(end)))
    until = day(end)
    return str(
        ngettext(
            "%(num)s day left, until %(day)s", "%(num)s days left, until %(day)s", left, day=until
        )
    )


def odd_days(order: Order) -> Iterator[str]:
    """Say neutrally which days may need another look; nothing is refused for them."""
    now = today().isoformat()
    if order.made_on and order.served_on and order.served_on < order.made_on:
        yield str(_("They were given it before it was made, as it is written here."))
    if order.made_on and order.return_hearing_on and order.return_hearing_on < order.made_on:
        yield str(_("The next time in court is before it was made, as it is written here."))
    if order.expires_on and order.served_on and order.expires_on < order.served_on:
        yield str(_("They were given it after it ended, as it is written here."))
    if order.made_on > now:
        yield str(_("The day it was made is still to come."))
    if order.served_on > now:
        yield str(_("The day they were given it is still to come."))
