"""The bundle's PDFs: data for a template, set by a child process that may not grow or write."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from diary.bundle import typeset, wording
from diary.bundle.contents import Contents
from diary.canonical import JsonValue
from diary.errors import DiaryError
from diary.text import N_

PAGE = "page.typ"  # what is around the words of every document
FONT_PACKAGES = ("fontpkg_noto_sans_arabic",)
FONT_FOLDERS = ("/usr/share/fonts/truetype/noto",)
HEADER = N_(
    "%(title)s · bundle %(reference)s · a record kept by the person herself, not a signed statement"
)
FOOTER = N_("Page %(page)s of %(pages)s")


class TypesettingError(DiaryError):
    """A document could not be set within its limits."""

    status = 500
    default = N_("The document could not be made. Nothing was handed over. Please try again.")


@dataclass(frozen=True, slots=True)
class Pdf:
    """A finished document, and the standards it keeps ("" for a plain PDF)."""

    data: bytes
    standard: str


class Typesetting:
    """Documents of one sort under way in one process, so that the stream need not wait for them."""

    def __init__(self, template: str, *documents: JsonValue) -> None:
        folder = resources.files("diary.bundle").joinpath("documents")
        source = "".join(folder.joinpath(part).read_text("utf-8") for part in (PAGE, template))
        texts = [json.dumps(document, ensure_ascii=False) for document in documents]
        order = json.dumps({"source": source, "documents": texts, "fonts": fonts()}).encode()
        self._number = len(documents)
        self._child = subprocess.Popen(  # noqa: S603 - our own file, with nothing of a person's
            [sys.executable, "-I", str(Path(typeset.__file__))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={},
        )  # fmt: skip
        self._talk = ThreadPoolExecutor(max_workers=1)
        self._answer = self._talk.submit(self._child.communicate, order, 2 * typeset.SECONDS)

    def finish(self) -> Pdf:
        """Wait for the one document that was asked for, or raise TypesettingError."""
        (pdf,) = self.finish_all()
        return pdf

    def finish_all(self) -> list[Pdf]:
        """Wait for every document, in order, or raise TypesettingError."""
        try:
            out, _ = self._answer.result()
        except subprocess.TimeoutExpired:
            raise TypesettingError from None
        finally:
            self.stop()
        found = list(_parts(out))
        if self._child.returncode != 0 or len(found) != self._number:
            raise TypesettingError
        return found

    def kill(self) -> None:
        """End the process, if it still runs: whoever waits for it is told."""
        if self._child.poll() is None:
            self._child.kill()

    def stop(self) -> None:
        """End the process and close what led to it."""
        self.kill()
        self._talk.shutdown(wait=True)
        with suppress(BrokenPipeError), self._child:
            pass


def _parts(out: bytes) -> Iterator[Pdf]:
    at = 0
    while at < len(out):
        line, _, _ = out[at : at + 64].partition(b"\n")
        standard, _, size = line.decode("ascii", "replace").partition(" ")
        start = at + len(line) + 1
        at = start + int(size) if size.isdecimal() else len(out) + 1
        if at > len(out) or not out.startswith(b"%PDF-", start):
            raise TypesettingError
        yield Pdf(out[start:at], standard)


def fonts() -> list[str]:
    """Return the folders with fonts beside those that the typesetter brings."""
    specs = [find_spec(package) for package in FONT_PACKAGES]
    packaged = [Path(spec.origin).parent for spec in specs if spec and spec.origin]
    return [str(folder) for folder in (*packaged, *map(Path, FONT_FOLDERS)) if folder.is_dir()]


def page(contents: Contents, title: str) -> dict[str, JsonValue]:
    """Return what each PDF shows around its own words; `page.typ` sets it."""
    say, made = contents.say, contents.made_at
    values = {"title": say(title), "reference": contents.reference}
    return {
        "title": say(title),
        "document": f"{say(title)} {contents.reference}",
        "language": say.language.partition("-")[0],
        "date": [made.year, made.month, made.day],
        "header": say(HEADER, **values),
        # The typesetter knows the numbers: it puts them in the place of these signs.
        "footer": say(FOOTER, page="{page}", pages="{pages}"),
    }


def paragraphs(text: str) -> list[JsonValue]:
    """Return somebody's words as data for a template, line by line, each with its direction."""
    return [
        {"text": wording.breakable(part), "rtl": wording.is_rtl(part)}
        for part in wording.visible(text).split("\n")
    ]


def line(text: str) -> str:
    """Return somebody's words as one line."""
    return wording.breakable(wording.visible(text).replace("\n", " "))
