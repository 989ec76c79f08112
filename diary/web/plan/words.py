"""The words for what a plan keeps as codes."""

from __future__ import annotations

from diary.domain.plan import PlanItem
from diary.text import N_

SORTS = {
    "home": N_("At home"),
    "children": N_("Children"),
    "locks": N_("Locks and home safety"),
    "tech": N_("Phone and accounts"),
    "travel": N_("Out and travelling"),
    "leaving": N_("Leaving"),
    "housing": N_("Housing"),
    "other": N_("Other"),
}
STATES = {
    "active": N_("In use"),
    "done": N_("Done"),
    "dropped": N_("Not needed any more"),
    "overdue": N_("Later than planned"),
}


def sort_of_step(item: PlanItem) -> str:
    """Return under which heading a step stands."""
    return item.category if item.category in SORTS else "other"
