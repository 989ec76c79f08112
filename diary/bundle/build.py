"""Building a bundle: records, files, then the documents, then the lists of what was written.

Nothing is written twice and nothing is read ahead, so memory stays flat. Lists come last, so that
they state what went out and not what was meant to. An error on the way ends the stream before the
zip's table of contents: what was sent until then does not pass for a bundle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from diary.bundle import (
    breach_report,
    breaches,
    checking,
    chronology,
    machine,
    names,
    order_terms,
    pattern,
    schema,
    tables,
    texts,
    witnesses,
)
from diary.bundle.contents import Contents, Outcome, ReadMedia, media_facts
from diary.bundle.press import Batch, Press
from diary.bundle.zipstream import ZipStream, gather
from diary.canonical import JsonValue
from diary.errors import DamagedError
from diary.proof import bag
from diary.proof.machine import BUNDLE, CHECKPOINT, LOG_KEY, PATHS
from diary.text import N_

Make = Callable[[Contents, Outcome], bytes | Iterator[bytes]]
MISMATCH = N_("its bytes are not those that were received")
BROKEN = N_("it could not be read to its end; what could be read is here")


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the payload that is made from the records: add one by adding a line."""

    path: str
    make: Make


DOCUMENTS = (
    Document("data/07-exhibit-list.csv", tables.exhibits),
    Document(BUNDLE, machine.bundle_json),
    Document("data/machine/bundle.schema.json", schema.schema),
)
AT_ONCE = 60  # documents of one sort that are set in one process


def build(contents: Contents, read: ReadMedia) -> Iterator[bytes]:
    """Yield the bytes of the whole zip."""
    return gather(_build(contents, read))


def _build(contents: Contents, read: ReadMedia) -> Iterator[bytes]:
    contents.versions()  # refuses before the first byte if a private record got in
    out = ZipStream(names.folder(contents.reference, contents.made_at), contents.made_at)
    yield from out.add("bagit.txt", [bag.DECLARATION])
    outcome, standards = Outcome(), set[str]()
    with Press(_batches(contents)) as press:  # it sets them while the others are streamed
        yield from _as_kept(out, contents)
        yield from _media(out, contents, outcome, read)
        for path, pdf in press.finished():
            standards.add(pdf.standard)
            yield from out.add(path, [pdf.data])
    for document in DOCUMENTS:
        yield from out.add(document.path, _pieces(document.make(contents, outcome)))
    yield from _tags(out, contents, outcome, min(standards))
    yield from out.close()


def _as_kept(out: ZipStream, contents: Contents) -> Iterator[bytes]:
    """Yield what is the same whatever becomes of the files: it costs no time while PDFs are set."""
    yield from out.add("data/02-chronology.csv", [tables.chronology(contents)])
    yield from out.add("data/02-clocks.csv", [tables.clocks(contents)])
    yield from out.add(PATHS, machine.paths_json(contents))
    yield from out.add(CHECKPOINT, [contents.checkpoint.encode()])
    for version in contents.versions():
        yield from out.add(names.preimage_path(version), [version.salt + version.canonical])


def _batches(contents: Contents) -> Iterator[Batch]:
    """Return every PDF that there is something to put in. The first is there for every purpose."""
    for number, data in enumerate(chronology.chronology(contents), start=1):
        path = f"data/02-chronology{'' if number == 1 else f'-{number}'}.pdf"
        yield Batch("chronology.typ", [(path, data)])
    terms = order_terms.documents(contents)
    found = ((names.terms_path(item.stem), data) for item, data in terms)
    yield from _in_batches("lines.typ", found)
    if contents.profile.details:
        yield from _in_batches(breach_report.TEMPLATE, breaches.breaches(contents))
        patterns = ((names.PATTERN, data) for data in pattern.pattern(contents))
        yield from _in_batches("pattern.typ", patterns)
    reach = ((names.CONTACTS, data) for data in witnesses.contacts(contents))
    yield from _in_batches("lines.typ", reach)


def _in_batches(template: str, found: Iterator[tuple[str, JsonValue]]) -> Iterator[Batch]:
    while documents := list(islice(found, AT_ONCE)):
        yield Batch(template, documents)


def _media(
    out: ZipStream, contents: Contents, outcome: Outcome, read: ReadMedia
) -> Iterator[bytes]:
    for exhibit in contents.exhibits:
        for copy in (exhibit.enclosed, *exhibit.viewing):
            if copy is not None:
                path, facts = exhibit.path(copy), media_facts(copy)
                yield from out.add(path, _unbroken(path, read(copy), outcome), expected=facts.size)
                outcome.written.append(path)
                if out.contents[path].sha256 != facts.sha256:
                    outcome.doubts.setdefault(path, MISMATCH)


def _unbroken(path: str, pieces: Iterable[bytes], outcome: Outcome) -> Iterator[bytes]:
    """Pass a file's bytes on; a damaged one ends early and is marked, never dropped."""
    try:
        yield from pieces
    except DamagedError:
        outcome.doubts[path] = BROKEN


def _tags(out: ZipStream, contents: Contents, outcome: Outcome, pdf: str) -> Iterator[bytes]:
    payload = {p: c for p, c in out.contents.items() if p.startswith("data/")}
    listed = bag.manifest_text((path, content.sha256) for path, content in payload.items())
    yield from out.add("READ-ME-FIRST.txt", [texts.read_me(contents, outcome, pdf)])
    yield from out.add("verify/VERIFY.txt", [checking.how_to_verify(contents)])
    yield from out.add("verify/verify.sh", [checking.verify_script()])
    yield from out.add(LOG_KEY, [contents.log_key.encode() + b"\n"])
    yield from out.add(bag.INFO, [texts.info(contents, payload)])
    yield from out.add(bag.MANIFEST, [listed])
    tags = {p: c for p, c in out.contents.items() if not p.startswith("data/")}
    listed = bag.manifest_text((path, content.sha256) for path, content in tags.items())
    yield from out.add(bag.TAG_MANIFEST, [listed])
    signed = contents.sign(bag.signed_text(out.contents[bag.TAG_MANIFEST].sha256))
    yield from out.add(bag.SIGNATURE, [signed.encode()])


def _pieces(made: bytes | Iterator[bytes]) -> Iterable[bytes]:
    return [made] if isinstance(made, bytes) else made
