"""What stands beside an entry and is asked on the same pages: people, orders, the safety plan."""

from __future__ import annotations

from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.domain.people import Person
from diary.domain.plan import PlanLook
from diary.errors import BadInputError
from diary.services import orders, own, people, plan_looks
from diary.text import N_
from diary.web.boxes import Boxes
from diary.web.entry_words import PLAN_LOOKS
from diary.web.fields import Fields
from diary.web.guided.people import new_person, new_person_id
from diary.web.guided.step import Around, Reading, Step
from diary.web.house import current_house, current_vault

_TWO = N_("A day is written below too. Choose “I have looked at it”, or empty the day.")


def around(step: Step, entry: Entry) -> Around:
    """Read what this question needs, and nothing else."""
    house, vault = current_house(), current_vault()
    if step.key == "witnesses":
        found = own.every(house, vault, Person).items
        return Around(people={one.id: one for one in found})
    if step.key == "order":
        return Around(orders=orders.for_moment(house, vault, entry.when))
    return Around()


def below(record_id: str, step: Step, boxes: Boxes) -> Boxes:
    """Fill the boxes that belong to records beside the entry."""
    if step.key == "done":
        look = plan_looks.of_entry(current_house(), current_vault(), record_id)
        if look is not None:
            boxes["plan"], boxes["plan_day"] = look.body.state, look.body.on
    if step.key == "witnesses":
        boxes["id"] = new_id()
    return boxes


def keep_beside(record_id: str, step: Step, boxes: Boxes, around: Around) -> None:
    """Save what this page asks beside the entry itself."""
    form = Fields(boxes.to_dict())
    if step.key == "done":
        _keep_look(record_id, form)
    if step.key == "witnesses":
        _keep_person(Reading(boxes, Entry(), around))


def _keep_look(record_id: str, form: Fields) -> None:
    looked_on = form.day("plan_day")
    state = form.choice("plan", PLAN_LOOKS) or (looked_on and "done_on")
    if looked_on and state != "done_on":
        form.errors["plan"] = BadInputError(_TWO)
    form.refuse()
    if not state:
        return
    body = PlanLook.model_validate({"state": state, "on": looked_on})
    plan_looks.say(current_house(), current_vault(), record_id, body)


def _keep_person(reading: Reading) -> None:
    new = new_person(reading)
    reading.form.refuse()
    if new is None:
        return
    person, contact = new
    house, vault = current_house(), current_vault()
    people.add(house, vault, person, contact, record_id=new_person_id(reading))
