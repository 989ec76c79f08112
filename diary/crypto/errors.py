"""What goes wrong with sealed things; neither says why, so that nobody can ask bit by bit."""

from __future__ import annotations


class OpenError(Exception):
    """It did not open: another key, another place, or changed bytes. Which one is not told."""


class CodeError(ValueError):
    """This text is no recovery code: mistyped, incomplete, or something else."""
