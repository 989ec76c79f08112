"""Pages: forms in, pages out. No rules, no keys, no SQL."""

from __future__ import annotations

from flask import Flask

from diary.services.house import House
from diary.web import (
    about,
    asking,
    assets,
    attach,
    carry,
    cases,
    changes,
    coming_up,
    devices,
    diary_pages,
    door,
    drafts,
    exhibits,
    files,
    guard,
    guided,
    hand_over,
    health,
    helper,
    helping,
    hosts,
    leads,
    notes,
    order_changes,
    order_files,
    order_lines,
    order_versions,
    order_zones,
    orders,
    overrides,
    patterns,
    people,
    plan,
    practice,
    practitioners,
    recovery,
    refusals,
    removal,
    reports,
    said_once,
    settings_pages,
    share_steps,
    sharing,
    shell,
    signin,
    standing,
    start,
    texts,
    times,
    told,
    uploads,
    write,
)
from diary.web.plain_request import PlainRequest
from diary.web.session import COOKIE, SealedSessions

__all__ = ["COOKIE", "register"]

_ROOMS = (
    texts, times, said_once, assets, refusals, hosts, guard, carry, door,
    shell, signin, start, recovery, devices, settings_pages, health,
    helper, helping, asking,
    write, diary_pages, changes, standing, removal, hand_over, patterns,
    attach, files, uploads,
    guided, people, leads, notes, drafts, exhibits, about,
    orders, order_changes, order_lines, order_zones, order_versions, order_files,
    practitioners, cases, practice, overrides, share_steps, sharing,
    told, coming_up, reports, plan,
)  # fmt: skip


def register(app: Flask, house: House) -> None:
    """Give the application its pages; the guard stands before the door, the door before a view."""
    app.extensions["house"] = house
    app.request_class = PlainRequest
    app.session_interface = SealedSessions(house)
    for room in _ROOMS:
        room.set_up(app)
