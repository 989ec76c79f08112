"""The bundle's page to read first, and the bag's own facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from diary.bundle import breaches, machine, names, pattern
from diary.bundle.contents import Contents, Outcome, is_derived
from diary.bundle.pages import page, paragraph, terms
from diary.proof import bag
from diary.proof import machine as machine_paths
from diary.proof.archive import Content
from diary.text import N_, Say

SPEC = "1"
PROFILE = "diary-bundle-1"
DOUBT = N_("NOT VERIFIED: %(what)s")
NO_DOUBT = N_("Nothing: every file and record matched what was recorded at its receipt.")
IDS = N_("Their ids, where known: data/machine/bundle.json.")
TITLE = N_("READ ME FIRST")
SHELL_NEEDS = N_("(only sha256sum is needed)")
KEPT = N_("A record kept by the person herself, and chosen by her for this purpose:")
SELECTION = N_(
    "Entries in it: %(entries)s. Enclosed files: %(files)s. It is a selection."
    " Other material may exist: ask, do not assume."
)
NOT_SIGNED = N_("It is not a signed statement, and not a forensic acquisition of a device.")
OF_A_SHARE = N_(
    "It was made by somebody whom she let take a copy, out of what she had shared with them."
)
COPIES = N_(
    "DERIVED copies of entries and orders in it: %(number)s. The writer left parts of them out"
    " before sharing. What was left out is not here, and a gap in such a copy is no answer."
)
NOT_SHARED = N_("Records without their earlier versions, as those were not shared: %(number)s.")
HASHES = N_(
    "A hash shows that a file is unchanged since it was received. It does not show"
    " that it is true, who made it, or when the event happened."
)
FOUR_CLOCKS = N_(
    "Four clocks are kept apart: happened (what the writer says, Europe/London),"
    " written (what the phone said), received (the server, UTC), stamped (an outside authority)."
    " Where a time was brought in from another file, that file's claims"
    " are marked as such and are never shown as the time of receipt."
)
CONTACT = N_(
    "How to reach her is not written here, on purpose. Use only the way that she"
    " gave you herself. Do not leave messages elsewhere, and do not forward this"
    " bundle to the other party without an address check."
)
WITNESSES = N_(
    "How to reach witnesses is in data/contact-for-police-only.pdf and nowhere else."
    " Take that file out before you pass anything on; the check then says that it is missing."
)


def read_me(contents: Contents, outcome: Outcome, standards: str) -> bytes:
    """Write READ-ME-FIRST.txt, once it is known what came of every file."""
    say = contents.say
    counts = {"entries": len(contents.entries), "files": len(outcome.written)}
    purpose = say(contents.profile.read_me)
    reference = say(N_("Bundle %(reference)s"), reference=contents.reference)
    title = f"{say(TITLE):<54} {reference}"
    return page(
        title,
        _section(
            say(N_("WHAT THIS IS")),
            say(KEPT),
            purpose,
            say(SELECTION, **counts),
            *_in_part(contents),
        ),
        _section(say(N_("WHAT THIS IS NOT")), say(NOT_SIGNED), say(HASHES)),
        _where_to_look(contents, standards),
        _section(say(N_("TIMES")), say(FOUR_CLOCKS), say(N_("Time-stamp: not yet time-stamped."))),
        "\n".join([say(N_("NOT VERIFIED")), *(_doubts(contents, outcome) or [say(NO_DOUBT)])]),
        _how_to_check(contents),
        _section(
            say(N_("HOW TO CONTACT HER SAFELY")),
            say(CONTACT),
            *([say(WITNESSES)] if contents.witnesses else []),
        ),
    )


def _in_part(contents: Contents) -> Iterator[str]:
    """Tell of a bundle that is made of a share, and what is missing in it on purpose."""
    if contents.shared:
        yield contents.say(OF_A_SHARE)
    if number := len(contents.copies()):
        yield contents.say(COPIES, number=number)
    if number := len(contents.not_shared()):
        yield contents.say(NOT_SHARED, number=number)


def _section(heading: str, *paragraphs: str) -> str:
    return "\n".join([heading, *map(paragraph, paragraphs)])


def _where_to_look(contents: Contents, standards: str) -> str:
    say = contents.say
    pdf = f"PDF/{standards}" if standards else say(N_("plain PDF: PDF/A was not possible"))
    table = N_(
        "the same as a table; 02-clocks.csv: every version with its four clocks side by side"
    )
    looks = (
        ("data/02-chronology.pdf", say(N_("what happened, in order (%(pdf)s)"), pdf=pdf)),
        ("data/02-chronology.csv", say(table)),
        *_more(contents),
        ("data/06-exhibits/", _exhibits(contents)),
        (
            "data/06-exhibits/viewing/",
            say(N_("copies made for viewing. Each is marked DERIVED")),
        ),
        ("data/07-exhibit-list.csv", say(N_("every exhibit with its SHA-256"))),
        ("data/machine/", say(N_("everything again as JSON, with proofs"))),
    )
    provisional = say(N_("Exhibit references are provisional; police may re-number."))
    return "\n".join([say(N_("WHERE TO LOOK")), terms(looks), provisional])


def _more(contents: Contents) -> Iterator[tuple[str, str]]:
    """Name what there is only for some purposes, or only where there is something to put in."""
    say, pages = contents.say, contents.profile.details
    if pages and breaches.naming_an_order(contents):
        yield names.BREACHES, say(N_("one page for each entry that names an order"))
    if contents.orders:
        yield machine_paths.ORDERS, say(N_("what each order says, and the copy as received"))
    if pages and pattern.is_drawn(contents):
        yield names.PATTERN, say(N_("counts and pictures only. No score, no risk assessment"))


def _exhibits(contents: Contents) -> str:
    enclosed = [e.enclosed for e in contents.exhibits if e.enclosed is not None]
    if contents.profile.originals:
        return contents.say(N_("original bytes, as they were received"))
    if any(is_derived(copy) for copy in enclosed):
        return contents.say(N_("no originals; see viewing/. The others are named in the list"))
    return contents.say(N_("no files are enclosed"))


def _how_to_check(contents: Contents) -> str:
    say, folder = contents.say, names.folder(contents.reference, contents.made_at)
    alike = N_("verify/VERIFY.txt says the same for Windows, and what each check can show.")
    return "\n".join(
        [
            say(N_("HOW TO CHECK IT")),
            f"1.  sh verify/verify.sh          {say(SHELL_NEEDS)}",
            f"2.  python -m diary.proof {folder}.zip",
            paragraph(say(alike)),
        ]
    )


def _doubts(contents: Contents, outcome: Outcome) -> list[str]:
    say = contents.say
    found = [f"{said} {say(IDS)}" for said in machine.unopened(contents)]
    found += [f"{path}: {say(why)}" for path, why in outcome.doubts.items()]
    found += _unproven(contents, say)
    return [say(DOUBT, what=what) for what in found]


def _unproven(contents: Contents, say: Say) -> Iterator[str]:
    for version in contents.versions():
        if why := machine.doubt_of(version, contents):
            yield say(
                N_("record %(record)s version %(version)s: %(why)s"),
                record=version.record_id,
                version=version.version,
                why=why,
            )


def info(contents: Contents, payload: dict[str, Content]) -> bytes:
    """Write bag-info.txt. No phone, no address, no name."""
    sizes = [content.size for content in payload.values()]
    return bag.info_text(
        {
            "Source-Organization": contents.service,
            "External-Identifier": contents.reference,
            "Bagging-Date": f"{contents.made_at.astimezone(UTC):%Y-%m-%d}",
            "Bag-Size": bag.size_text(sum(sizes)),
            "Payload-Oxum": bag.oxum(sizes),
            "BagIt-Profile-Identifier": PROFILE,
            "Bundle-Spec-Version": SPEC,
            "Bundle-Purpose": contents.profile.code,
            "Bundle-Consent-Id": contents.consent_id,
        }
    )
