"""`python -m diary` is the command line."""

from __future__ import annotations

from diary.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
