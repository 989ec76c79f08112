"""Marking text for people below the web floor; the web floor translates it."""

from __future__ import annotations


def N_(message: str) -> str:
    """Return the message unchanged; its only use is that extraction finds it."""
    return message
