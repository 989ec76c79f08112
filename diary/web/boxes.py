"""What stands in the boxes of a form: typed, carried over a lock, or filled from a record."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from diary.web.carry import take_carried
from diary.web.posted import posted_pairs
from diary.web.visible import visible


class Boxes(MultiDict[str, str]):
    """Boxes by name; one that was not sent is empty."""

    def __getitem__(self, key: str) -> str:
        """Return what stands in one box."""
        return next(iter(self.getlist(key)), "")

    @classmethod
    def posted(cls) -> Boxes:
        """Take the form that was sent."""
        return cls(posted_pairs())

    @classmethod
    def carried_or(cls, shown: Mapping[str, str]) -> Boxes:
        """Take what was typed before a lock came between, else what is shown from a record."""
        carried = take_carried()
        if carried is not None:
            return cls(carried)
        return cls.filled(shown)

    @classmethod
    def filled(cls, shown: Mapping[str, str]) -> Boxes:
        """Fill boxes as a page shows them."""
        return cls({name: visible(text) for name, text in shown.items()})
