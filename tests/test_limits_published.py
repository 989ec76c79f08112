"""What the README says fits is what the code lets in."""

from __future__ import annotations

import re
from pathlib import Path

from diary.domain.base import LINE, WORDS
from diary.services import consents, joining, uploads
from diary.settings import Settings
from diary.web import posted
from tests.conftest import Person

README = Path(__file__).parent.parent / "README.md"
MIB = 2**20


def published() -> list[int]:
    table = README.read_text().partition("### What fits")[2].partition("The command line")[0]
    found = re.findall(r"^\| [^|]+ \| ([\d,]+)", table, re.MULTILINE)
    return [int(number.replace(",", "")) for number in found]


def test_every_limit_is_published_as_it_is() -> None:
    settings = Settings.from_env({})
    assert settings.max_text_chars == WORDS
    assert published() == [
        WORDS,
        LINE,
        settings.max_file_bytes // MIB,
        settings.max_form_bytes // MIB,
        posted.MOST_FIELDS,
        uploads.MOST_OPEN,
        consents.MOST_DAYS,
        joining.MOST_PASSKEYS,
    ]


def test_a_form_of_too_many_boxes_is_refused_in_words(signed_in: Person) -> None:
    ticks = [str(number) for number in range(posted.MOST_FIELDS + 1)]
    answer = signed_in.client.post("/write", data={"what_happened": "e", "unsure": ticks})
    assert answer.status_code == 400
    assert answer.text.startswith("Please check what is marked below.")
