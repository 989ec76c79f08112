"""Telling somebody: the list, one report, what came later, and one entry on one page."""

from __future__ import annotations

from diary.web.reports.pages import set_up

__all__ = ["set_up"]
