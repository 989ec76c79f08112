"""What an entry takes, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from diary.canonical import canonical_bytes
from diary.domain.base import LINE, WORDS, Record
from diary.domain.entry import Entry
from diary.domain.file import SHAPES, File
from diary.domain.ids import new_id
from diary.domain.kept import Removal
from diary.domain.kinds import KINDS
from diary.domain.when import When

ODD = [
    "",
    "\x00\x01\x1f\x7f\x85",
    "\r\nline\rends\n\u2028\u2029",
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% raw %}",
    '=HYPERLINK("http://example.com")',
    "#set text(fill: red) $x^2$ @ref",
    "\u202eright to left\u202c \u200f",
    "e\u0301\u0302\u0303" * 50,
    "👩‍👩‍👧‍👦 𝕏 \U0010ffff",
    "\ufeff\ufffe\uffff",
]


@pytest.mark.parametrize("text", ODD)
def test_every_character_is_kept_as_written(text: str) -> None:
    entry = Entry(what_happened=text, exact_words=text, place=text, who_was_there=(text,))
    again = Entry.model_validate(entry.model_dump(mode="json", exclude_defaults=True))
    assert again == entry
    assert again.what_happened == text
    canonical_bytes(entry.model_dump(mode="json"))


@pytest.mark.parametrize("half", ["\ud800", "a\udfffb"])
def test_half_a_character_is_refused_in_every_box(half: str) -> None:
    for field in ("what_happened", "exact_words", "how_it_was", "place", "change_reason"):
        with pytest.raises(ValidationError):
            Entry.model_validate({field: half})
    with pytest.raises(ValidationError):
        Entry(who_was_there=(half,))


def test_the_limits() -> None:
    Entry(what_happened="x" * WORDS, place="y" * LINE)
    with pytest.raises(ValidationError):
        Entry(what_happened="x" * (WORDS + 1))
    with pytest.raises(ValidationError):
        Entry(place="y" * (LINE + 1))


def test_an_entry_is_never_changed_in_place() -> None:
    entry = Entry(what_happened="a")
    with pytest.raises(ValidationError):
        entry.what_happened = "b"  # type: ignore[misc]


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValidationError):
        Entry.model_validate({"what_happend": "a typing slip must not be lost in silence"})


def test_search_looks_in_all_that_she_wrote() -> None:
    entry = Entry(
        what_happened="one",
        exact_words="two",
        place="three",
        how_it_was="four",
        who_was_there=("five",),
        when=When(words="six"),
    )
    text = entry.search_text()
    assert [
        word for word in ("one", "two", "three", "four", "five", "six") if word not in text
    ] == []


def test_a_removal_hides_until_it_is_undone() -> None:
    removal = Removal(target=new_id(), due_at=datetime(2026, 3, 10, tzinfo=UTC))
    assert removal.hides_parent()
    assert not removal.model_copy(update={"state": "brought_back"}).hides_parent()


@pytest.mark.parametrize(
    ("mime", "shape"),
    [
        ("image/jpeg", "photo"),
        ("audio/mp4", "sound"),
        ("video/quicktime", "video"),
        ("application/pdf", "file"),
        ("nonsense", "file"),
    ],
)
def test_a_file_is_called_what_people_call_it(mime: str, shape: str) -> None:
    file = File(blob=new_id(), mime=mime, size=1, sha256="0" * 64)
    assert file.shape == shape
    assert SHAPES[file.mark()] == shape


def test_every_kind_has_its_own_name_and_a_small_mark() -> None:
    assert all(model.kind == kind for kind, model in KINDS.items())
    assert all(issubclass(model, Record) for model in KINDS.values())
    assert len(SHAPES) <= 127
