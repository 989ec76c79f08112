"""Questions about people: who was there, and who saw or heard it."""

from __future__ import annotations

from diary.domain.entry import Entry, Witness
from diary.domain.people import Contact, Person
from diary.errors import BadInputError
from diary.text import N_
from diary.web.fields import id_of_form
from diary.web.guided.step import Changes, Pairs, Reading

_WHO = N_("Write who it was, or take this one out.")


def show_there(entry: Entry) -> Pairs:
    """Fill in who was there."""
    return [
        ("who_was_there", "\n".join(entry.who_was_there)),
        ("children_present", "\n".join(entry.children_present)),
    ]


def read_there(reading: Reading) -> Changes:
    """Read who was there, one on each line."""
    form = reading.form
    return {name: form.lines(name) for name in ("who_was_there", "children_present")}


def show_witnesses(entry: Entry) -> Pairs:
    """Fill in who saw or heard it: one block of boxes for each, by its number."""
    found: Pairs = []
    for number, one in enumerate(entry.witnesses):
        found += [
            (f"name.{number}", one.name_or_description),
            (f"saw.{number}", one.saw_or_heard),
            (f"person.{number}", one.person or ""),
        ]
    return found


def read_witnesses(reading: Reading) -> Changes:
    """Read who saw or heard it: those named before, those known, and somebody new."""
    kept = [
        witness
        for number, old in enumerate(reading.old.witnesses)
        if (witness := _kept(reading, number, old))
    ]
    named = {one.person for one in kept}
    chosen = [
        Witness(name_or_description=known.body.name, person=known.id)
        for known in (reading.around.people[one] for one in _chosen(reading))
        if known.id not in named
    ]
    keep = _is_kept(reading)
    new = _boxes(reading, "new", new_person_id(reading) if keep else None)
    if (new or keep) and not (new and new.name_or_description) and not reading.form.errors:
        reading.form.errors["name.new"] = BadInputError(N_("Write who it was."))
    return {"witnesses": (*kept, *chosen, *([new] if new else ()))}


def new_person(reading: Reading) -> tuple[Person, Contact] | None:
    """Return who is to be kept in the list of people, and how to reach them."""
    form = reading.form
    name = form.line("name.new")
    if not (name and _is_kept(reading)):
        return None
    return Person(name=name), Contact(phone=form.line("phone.new"), email=form.line("email.new"))


def new_person_id(reading: Reading) -> str:
    """Return the id of somebody new; whatever else the page says of others, it is the same."""
    names = ("id", "name.new", "phone.new", "email.new")
    return id_of_form((name, reading.form.form.get(name, "")) for name in names)


def _is_kept(reading: Reading) -> bool:
    """Tell whether somebody new goes into the list: how to reach them has no other place."""
    form = reading.form
    reach = form.line("phone.new") or form.line("email.new")
    return bool(reach or form.choice("keep_new", {"yes"}))


def _chosen(reading: Reading) -> tuple[str, ...]:
    return reading.some("known", reading.around.people)


def _kept(reading: Reading, number: int, old: Witness) -> Witness | None:
    """Return one that was named before, unless it is taken out; whose it is stays."""
    if reading.some("gone", {str(number)}):
        return None
    found = _boxes(reading, str(number), old.person)
    if found is None or not found.name_or_description:
        reading.form.errors[f"name.{number}"] = BadInputError(_WHO)
    return found


def _boxes(reading: Reading, number: str, person: str | None) -> Witness | None:
    name, saw = (reading.form.line(f"{box}.{number}") for box in ("name", "saw"))
    if not (name or saw):
        return None
    return Witness(name_or_description=name, saw_or_heard=saw, person=person)
