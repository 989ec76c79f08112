"""Telling more about an entry, one question on each page; none of them has to be answered."""

from __future__ import annotations

from diary.web.guided.pages import set_up

__all__ = ["set_up"]
