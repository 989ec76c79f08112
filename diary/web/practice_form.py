"""The boxes of a practitioner's record: read back, and filled from the one that is corrected."""

from __future__ import annotations

from collections.abc import Mapping

from diary.canonical import utc_text
from diary.content import order_types
from diary.domain.ids import is_id
from diary.domain.practice import PracticeRecord
from diary.domain.when import When
from diary.errors import BadInputError
from diary.text import N_
from diary.web.boxes import Boxes
from diary.web.fields import Fields
from diary.web.not_kept import Asked
from diary.web.practice_words import BOOLS, REVIEWED, YES_NO
from diary.web.times import Moment, read_when
from diary.web.visible import visible

WORDS = (
    "brief_details", "detail", "who_else_there", "other_witnesses", "part_of_order_and_how",
    "action_taken", "refs", "who_else_informed", "locks_home_security",
)  # fmt: skip
CHOICES = ("order_in_place", "is_pattern")
TICKS = ("copy_seen", "copy_held", "increased_risk_noted")
REVIEWS = ("safety_plan_reviewed", "written_agreement_reviewed")
NEEDED = N_("Write the day on which it was reported to you.")


def read(boxes: Boxes) -> PracticeRecord:
    """Return the record, or raise BadInputError at the boxes that need another look.

    Who wrote it is not in the form: the server signs.
    """
    form = Fields(boxes.to_dict())
    reported = moment_of(form, "reported_")
    if reported.precision == "not_sure" and not {"reported_day", "reported_time"} & set(
        form.errors
    ):
        form.errors["reported_day"] = BadInputError(NEEDED)
    happened = moment_of(form, "happened_")
    said = {
        **{name: form.words(name) for name in WORDS},
        **{name: form.choice(name, YES_NO) for name in CHOICES},
        **{name: BOOLS.get(form.choice(name, YES_NO)) for name in TICKS},
        **{name: form.choice(name, REVIEWED) for name in REVIEWS},
        "order_type": form.choice("order_type", {one.code for one in order_types()}),
        "end_date": form.day("end_date"),
        "corrects": boxes["corrects"] if is_id(boxes["corrects"]) else "",
        "linked_entries": tuple(
            dict.fromkeys(one for one in boxes.getlist("linked") if is_id(one))
        ),
    }
    form.refuse()
    return PracticeRecord.model_validate(
        said | {"reported_to_me_at": _utc(reported), "happened_at": happened.local}
    )


def asked() -> list[Asked]:
    """Return what the form asks, in its order; not which of her entries it is about."""
    types = {one.code: one.label_legal for one in order_types()}
    return [
        Asked(N_("Is an order in place?"), ("order_in_place",), YES_NO),
        Asked(N_("Which kind"), ("order_type",), types),
        Asked(N_("Brief details"), ("brief_details",)),
        Asked(N_("End date"), ("end_date",)),
        Asked(N_("Have you seen a copy?"), ("copy_seen",), YES_NO),
        Asked(N_("Is a copy held in your records?"), ("copy_held",), YES_NO),
        Asked(N_("Reported to me"), ("reported_day", "reported_time")),
        Asked(N_("When it happened"), ("happened_day", "happened_time")),
        Asked(N_("Detail"), ("detail",)),
        Asked(N_("Who else was there?"), ("who_else_there",)),
        Asked(N_("Were there other witnesses?"), ("other_witnesses",)),
        Asked(N_("Which part of the order, and how?"), ("part_of_order_and_how",)),
        Asked(N_("What was done as a result"), ("action_taken",)),
        Asked(N_("References"), ("refs",)),
        Asked(N_("Who else was told?"), ("who_else_informed",)),
        Asked(N_("Was the safety plan looked at again?"), ("safety_plan_reviewed",), REVIEWED),
        Asked(
            N_("Was a written agreement looked at again?"),
            ("written_agreement_reviewed",),
            REVIEWED,
        ),
        Asked(N_("Is an increased risk noted?"), ("increased_risk_noted",), YES_NO),
        Asked(N_("Is it part of a pattern?"), ("is_pattern",), YES_NO),
        Asked(N_("Locks and home safety"), ("locks_home_security",)),
    ]


def moment_of(form: Fields, prefix: str) -> When:
    """Read a day, with a time or without; nothing typed is not known."""
    day, time = (
        form.form.get(f"{prefix}day", "").strip(),
        form.form.get(f"{prefix}time", "").strip(),
    )
    if not (day or time):
        return When()
    try:
        return read_when(Moment("earlier", day, time, "", about=False), None)
    except BadInputError as error:
        form.errors |= {prefix + name: wrong for name, wrong in error.fields.items()}
        return When()


def _utc(when: When) -> str:
    """Return the moment in UTC where there is exactly one; else what was said."""
    moment = when.instant()
    return when.local if moment is None else utc_text(moment)


def boxes_of(record: PracticeRecord, kept: Mapping[str, str]) -> Boxes:
    """Fill the boxes with the record that is to be corrected."""
    names = (*WORDS, *CHOICES, *REVIEWS, "order_type", "end_date")
    boxes = Boxes([(name, visible(getattr(record, name))) for name in names])
    for name in TICKS:
        value = getattr(record, name)
        boxes[name] = {True: "yes", False: "no"}.get(value, "")
    for prefix, local in (("reported_", record.reported_local), ("happened_", record.happened_at)):
        boxes[f"{prefix}day"], boxes[f"{prefix}time"] = local[:10], local[11:16]
    boxes.setlist("linked", list(record.linked_entries))
    for name, value in kept.items():
        boxes[name] = value
    return boxes
