"""`make demo`: the server with a fictional diary in it, in a data folder of its own.

Somebody of a fictional agency can join: a passkey cannot be printed, a link to make one can.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from diary import cli
from diary.errors import NotFoundError
from diary.services import agencies
from diary.services.house import open_house
from diary.settings import Settings

SCENARIO = Path(__file__).parent / "scenario" / "diary.json"
NAME = "Nad"
PASSPHRASE = "copper lantern river walnut"
AGENCY, WORKER, ROLE = "Harbour Advice", "Maya Thorn", "Adviser"
SAID = """
The diary, at http://127.0.0.1:{port}
  Sign in with the name {name} and the passphrase: {passphrase}

{worker} of {agency}, both made up, who may be let in to read
  Join with a passkey, once, within three days, in Chrome or another browser on this machine:
  http://localhost:{port}{link}
  Sign in again later at http://localhost:{port}/work

To share with {worker}
  1. {worker}: open "Code". It shows a code and six words.
  2. {name}: open More, then Sharing, then "Share with somebody". Type the code, compare the words.
  3. {worker}: open "Cases". {name} sees each look under "Who looked", and can end it at any time.

"""


def main() -> int:
    """File the fictional diary, say how to sign in, and serve."""
    os.environ.setdefault("DIARY_DATA", "data/demo")
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(PASSPHRASE)
        file.flush()
        loading = ["load", str(SCENARIO), "--name", NAME, "--passphrase-file", file.name]
        if refused := cli.main(loading):
            return refused
    settings = Settings.from_env(os.environ)
    said = {"name": NAME, "passphrase": PASSPHRASE, "agency": AGENCY, "worker": WORKER}
    sys.stdout.write(SAID.format(port=settings.port, link=invitation(settings), **said))
    sys.stdout.flush()
    return cli.main(["run"])


def invitation(settings: Settings) -> str:
    """Return a fresh link by which somebody of the agency joins; made anew at every start."""
    house = open_house(settings)
    try:
        try:
            org = agencies.org_named(house, AGENCY)
        except NotFoundError:
            org = agencies.add_org(house, AGENCY)
        link = agencies.invite(house, org_id=org.id, name=WORKER, role=ROLE, lead=False)
        return f"/work/join/{link.token}"
    finally:
        house.store.engine.dispose()


if __name__ == "__main__":
    raise SystemExit(main())
