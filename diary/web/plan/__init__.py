"""The safety plan: what to do, what was agreed in writing, and looking at all of it again."""

from __future__ import annotations

from diary.web.plan.pages import set_up

__all__ = ["set_up"]
