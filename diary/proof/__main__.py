"""`python -m diary.proof BUNDLE.zip`: a stranger's check, with no account and no service."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from diary.proof.verify import verify
from diary.text import ENGLISH, N_, Say

HOLDS = N_("Everything that was checked holds.")
DOUBTS = N_("Do not rely on this bundle before each DOUBT above is explained.")
DIGEST = N_("SHA-256 of %(name)s: %(digest)s")
PURPOSE = N_("Check a bundle: files, records, and the log's proofs.")
KEY_HELP = N_("the log's public key line, from the service itself")


def main(arguments: Sequence[str] | None = None, *, say: Say = ENGLISH) -> int:
    """Check one bundle, print what was found, and return the exit status."""
    parser = argparse.ArgumentParser(prog="diary verify", description=say(PURPOSE))
    parser.add_argument("bundle", type=Path, metavar="BUNDLE.zip")
    parser.add_argument("--log-key", help=say(KEY_HELP))
    options = parser.parse_args(arguments)
    return check(options.bundle, log_key=options.log_key, say=say)


def check(bundle: Path, *, log_key: str | None = None, say: Say = ENGLISH) -> int:
    """Print one sentence per finding; return 0 only if all of it holds."""
    report = verify(bundle, log_key)
    for finding in report.findings:
        _print(finding.told(say))
    if bundle.is_file():
        _print(say(DIGEST, name=bundle.name, digest=_digest(bundle)))
    if not report.holds:
        sys.stderr.write(say(DOUBTS) + "\n")
        return 1
    _print(say(HOLDS))
    return 0


def _print(text: str) -> None:
    sys.stdout.write(text.encode("utf-8", "replace").decode("utf-8") + "\n")


def _digest(bundle: Path) -> str:
    with bundle.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


if __name__ == "__main__":
    raise SystemExit(main())
