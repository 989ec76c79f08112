"""`python -m diary.proof BUNDLE.zip`: a stranger's check, with no account and no service."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from diary.proof.verify import verify

HOLDS = "Everything that was checked holds."
DOUBTS = "Do not rely on this bundle before each DOUBT above is explained."


def main(arguments: Sequence[str] | None = None) -> int:
    """Check one bundle, print what was found, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="diary verify", description="Check a bundle: files, records, and the log's proofs."
    )
    parser.add_argument("bundle", type=Path, metavar="BUNDLE.zip")
    parser.add_argument("--log-key", help="the log's public key line, from the service itself")
    options = parser.parse_args(arguments)
    return check(options.bundle, log_key=options.log_key)


def check(bundle: Path, *, log_key: str | None = None) -> int:
    """Print one sentence per finding; return 0 only if all of it holds."""
    report = verify(bundle, log_key)
    for finding in report.findings:
        _say(str(finding))
    if bundle.is_file():
        _say(f"SHA-256 of {bundle.name}: {_digest(bundle)}")
    if not report.holds:
        sys.stderr.write(DOUBTS + "\n")
        return 1
    _say(HOLDS)
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text.encode("utf-8", "replace").decode("utf-8") + "\n")


def _digest(bundle: Path) -> str:
    with bundle.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


if __name__ == "__main__":
    raise SystemExit(main())
