"""`make demo`: the server with a fictional diary in it, in a data folder of its own."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from diary import cli

SCENARIO = Path(__file__).parent / "scenario" / "diary.json"
NAME = "Nad"
PASSPHRASE = "copper lantern river walnut"


def main() -> int:
    """File the fictional diary, say how to sign in, and serve."""
    os.environ.setdefault("DIARY_DATA", "data/demo")
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(PASSPHRASE)
        file.flush()
        loading = ["load", str(SCENARIO), "--name", NAME, "--passphrase-file", file.name]
        if refused := cli.main(loading):
            return refused
    sys.stdout.write(f"\nSign in with the name {NAME} and the passphrase: {PASSPHRASE}\n\n")
    sys.stdout.flush()
    return cli.main(["run"])


if __name__ == "__main__":
    raise SystemExit(main())
