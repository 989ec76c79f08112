"""The command line: one function for each command; a refusal is one sentence and exit code 1."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from diary import cli_orgs, content, serve
from diary.bundle.profile import PROFILES
from diary.console import opened, say, whole_file
from diary.errors import BadInputError, DiaryError, SettingsError
from diary.proof.__main__ import check as check_bundle
from diary.services import check, export, load, upkeep
from diary.services.gathering import Selection
from diary.settings import Settings
from diary.text import ENGLISH, N_
from diary.vault.vault import Vault

FILED = N_(
    "Filed %(entry)s entries, %(version)s wordings of them, %(file)s files, %(private_note)s"
    " private notes, %(contact)s contact details, %(kept)s other parts."
    " The times in the file are kept as its claims; receipt is now."
)
FILED_KINDS = ("entry", "version", "file", "private_note", "contact", "kept")
READ = N_(
    "Read %(records)s records, %(leaves)s leaves of the log (%(waiting)s more are waiting)"
    " and %(files)s files."
)
FINISHED = N_(
    "Finished: %(records)s removed records, %(accounts)s closed accounts,"
    " %(uploads)s abandoned uploads, %(sessions)s old sessions."
)
COMMANDS = {
    "run": N_("Bring the database up to date, then serve until told to stop."),
    "load": N_("File a diary from a file."),
    "export": N_("Make a bundle; the file appears under its name only when it is whole."),
    "verify": N_("Check a bundle: one sentence for each finding."),
    "stamp": N_("Put waiting records into the log, sign a checkpoint and print it."),
    "check": N_("Read the whole store back; name what is missing or damaged."),
    "sweep": N_("Finish what is due."),
}
Command = Callable[[argparse.Namespace, Settings], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and answer with its exit code."""
    options = parser().parse_args(arguments)
    command: Command = options.command
    os.umask(0o077)  # whatever a command writes is its user's own
    try:
        return command(options, Settings.from_env(os.environ))
    except DiaryError as error:
        return _refuse("; ".join(_sentences(error)))
    except OSError as error:
        file = error.filename or ENGLISH(N_("A file"))
        return _refuse(ENGLISH(N_("%(file)s: %(reason)s."), file=file, reason=error.strerror))
    except KeyboardInterrupt:
        return 130


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


def _sentences(error: DiaryError) -> Iterator[str]:
    """What is wrong, in words: a form's own fields say more than the form."""
    fields = error.fields.values() if isinstance(error, BadInputError) else ()
    for one in fields or (error,):
        yield ENGLISH(one.message, **one.values)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Bring the database up to date, then serve until told to stop."""
    if options.port is not None:
        settings = Settings.from_env(os.environ | {"PORT": options.port})
    with opened(settings):
        pass  # the server's processes open it for themselves
    serve.run(settings)
    return 0


def load_file(options: argparse.Namespace, settings: Settings) -> int:
    """File a diary from a file."""
    passphrase = read_passphrase(options.passphrase_file)
    with opened(settings) as house:
        loaded = load.load(house, options.file, name=options.name, passphrase=passphrase)
    say(FILED, **{kind: loaded.counts[kind] for kind in FILED_KINDS})
    if loaded.code:
        made = N_("A new account was made. Its recovery code, shown only now: %(code)s")
        say(made, code=loaded.code)
    return 0


def export_bundle(options: argparse.Namespace, settings: Settings) -> int:
    """Make a bundle; the file appears under its name only when it is whole."""
    passphrase = read_passphrase(options.passphrase_file)
    selection = Selection(
        entries=None if options.entries == "all" else frozenset(options.entries.split(",")),
        # For somebody who supports her: words only, unless she ticks files herself.
        files=frozenset() if options.profile == "practitioner" else None,
        start=options.start,
        end=options.end,
    )
    with whole_file(options.output) as file, opened(settings) as house:
        vault = Vault(load.sign_in(house, name=options.name, passphrase=passphrase).unlocked)
        parcel = export.export(
            house,
            vault,
            selection=selection,
            profile=export.profile_named(options.profile),
            at=house.now(),
        )
        file.writelines(parcel.chunks)
    made = N_("Made %(file)s (reference %(reference)s).")
    say(made, file=options.output, reference=parcel.reference)
    return 0


def verify(options: argparse.Namespace, _: Settings) -> int:
    """Check a bundle: one sentence for each finding."""
    return check_bundle(options.bundle, log_key=options.log_key)


def stamp(_: argparse.Namespace, settings: Settings) -> int:
    """Put waiting records into the log, sign a checkpoint and print it."""
    with opened(settings) as house:
        note = upkeep.stamp(house)
    say(note.rstrip() if note else N_("There is nothing to stamp yet."))
    return 0


def check_store(_: argparse.Namespace, settings: Settings) -> int:
    """Read the whole store back; name what is missing or damaged."""
    with opened(settings) as house:
        found = check.check(house)
    for fault in found.faults:
        say(fault.message, **fault.values)
    say_what_to_look_at()
    say(
        READ,
        records=found.records,
        leaves=found.leaves,
        waiting=found.waiting,
        files=found.files,
    )
    if found.faults:
        damaged = N_("%(number)s of them are missing or damaged.")
        return _refuse(ENGLISH(damaged, number=len(found.faults)))
    say(N_("Everything is there."))
    return 0


def say_what_to_look_at() -> None:
    """Say what of the content nobody has confirmed or signed, and what is to be read again."""
    unsure = content.unconfirmed()
    for name in dict.fromkeys(one.file for one in unsure):
        where = dict.fromkeys(one.where for one in unsure if one.file == name)
        said = N_("Not confirmed, so not shown (%(file)s): %(places)s.")
        say(said, file=name, places=", ".join(where))
    if unsigned := content.unsigned():
        say(N_("Not signed by a practising lawyer: %(files)s."), files=", ".join(unsigned))
    if old := content.older_than(content.SOON, on=datetime.now(UTC).date()):
        said = N_("Looked at more than %(days)s days ago: %(names)s.")
        say(said, days=content.SOON, names=", ".join(old))


def sweep(_: argparse.Namespace, settings: Settings) -> int:
    """Finish what is due."""
    with opened(settings) as house:
        swept = upkeep.sweep(house)
    say(
        FINISHED,
        records=swept.records,
        accounts=swept.accounts,
        uploads=swept.uploads,
        sessions=swept.sessions,
    )
    return 0


def read_passphrase(path: Path) -> str:
    """Read a passphrase from the first line of a file, so that it stands in no list of commands."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise SettingsError(N_("%(path)s is not a text file."), path=path) from error
    if not lines or not lines[0].strip():
        raise SettingsError(N_("The first line of %(path)s is empty."), path=path)
    return lines[0]


def parser() -> argparse.ArgumentParser:
    """Return what can be typed."""
    top = argparse.ArgumentParser(prog="diary", description=ENGLISH(N_("A private diary.")))
    commands = top.add_subparsers(title=ENGLISH(N_("commands")), metavar="COMMAND", required=True)

    def add(name: str, command: Command) -> argparse.ArgumentParser:
        words = ENGLISH(COMMANDS[name])
        sub = commands.add_parser(name, help=words, description=words)
        sub.set_defaults(command=command)
        return sub

    add("run", run).add_argument("--port", metavar="N", help=ENGLISH(N_("instead of PORT or 8000")))
    loading = add("load", load_file)
    loading.add_argument("file", type=Path, metavar="SCENARIO/diary.json")
    exporting = add("export", export_bundle)
    for one in (loading, exporting):
        one.add_argument("--name", required=True, help=ENGLISH(N_("the name to sign in with")))
        one.add_argument("--passphrase-file", required=True, type=Path, metavar="F")
    exporting.add_argument("--profile", required=True, choices=sorted(PROFILES))
    exporting.add_argument("-o", "--output", required=True, type=Path, metavar="BUNDLE.zip")
    exporting.add_argument("--entries", default="all", metavar="all|ID,ID…")
    exporting.add_argument("--from", dest="start", type=date.fromisoformat, metavar="DATE")
    exporting.add_argument("--to", dest="end", type=date.fromisoformat, metavar="DATE")
    verifying = add("verify", verify)
    verifying.add_argument("bundle", type=Path, metavar="BUNDLE.zip")
    verifying.add_argument(
        "--log-key", metavar="LINE", help=ENGLISH(N_("the service's own public key line"))
    )
    add("stamp", stamp)
    add("check", check_store)
    add("sweep", sweep)
    cli_orgs.add_to(commands)
    return top
