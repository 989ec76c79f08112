"""One step of the plan, or one written agreement: its form, new or filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from diary.domain.ids import is_id, new_id
from diary.domain.plan import Agreement, Plan, PlanItem
from diary.errors import BadInputError, ConflictError, DiaryError, NotFoundError
from diary.services import plan as service
from diary.services.house import House
from diary.services.own import Own
from diary.text import N_
from diary.vault.vault import Vault
from diary.web.boxes import Boxes
from diary.web.fields import Fields
from diary.web.house import current_house, current_vault, today
from diary.web.plan.words import SORTS, STATES
from diary.web.visible import visible
from diary.web.write import Errors, wrong

Answer = Response | tuple[str, int]
Piece = TypeVar("Piece", bound=PlanItem | Agreement)


@dataclass(frozen=True, slots=True)
class Sort(Generic[Piece]):
    """What the two sorts of pieces do not share."""

    template: str
    blank: Callable[[str], Piece]
    find: Callable[[Plan, str], Piece]
    read: Callable[[Fields], dict[str, Any]]
    put: Callable[[House, Vault, Piece, Piece | None], Own[Plan]]


def new_form(sort: Sort[Piece]) -> str:
    """Ask for a new one."""
    return _page(sort, Boxes.carried_or({"id": new_id()}))


def add(sort: Sort[Piece]) -> Answer:
    """Add it; its id came with the form."""
    boxes = Boxes.posted()
    piece_id = boxes["id"] if is_id(boxes["id"]) else new_id()
    return _save(sort, boxes, sort.blank(piece_id), None)


def form(sort: Sort[Piece], piece_id: str) -> str:
    """Show one in its boxes."""
    plan = service.read(current_house(), current_vault())
    if plan is None:
        raise NotFoundError
    piece = sort.find(plan.body, piece_id)
    return _page(sort, Boxes.carried_or(_shown(piece) | {"base": str(plan.version)}), piece)


def change(sort: Sort[Piece], piece_id: str) -> Answer:
    """Save what is different about one."""
    boxes = Boxes.posted()
    base = Fields(boxes.to_dict()).base
    newest, seen = service.as_seen(current_house(), current_vault(), base)
    now = sort.find(newest, piece_id)
    try:
        shown = sort.find(seen, piece_id)
    except NotFoundError:
        shown = now
    return _save(sort, boxes, shown, shown)


def _save(sort: Sort[Piece], boxes: Boxes, old: Piece, seen: Piece | None) -> Answer:
    house, vault = current_house(), current_vault()
    try:
        piece = cast("Piece", old.model_copy(update=_changed(sort, boxes, old)))
        sort.put(house, vault, piece, seen)
    except ConflictError as error:
        newest, _ = service.as_seen(house, vault, 0)
        now = sort.find(newest, old.item_id)
        plan = service.read(house, vault)
        boxes["base"] = str(plan.version if plan else 0)
        return _page(sort, boxes, now, errors=wrong(error), saved_now=True), error.status
    except DiaryError as error:
        return _page(sort, boxes, seen, errors=wrong(error)), error.status
    return redirect(url_for("plan.page"), 303)


def _changed(sort: Sort[Piece], boxes: Boxes, old: Piece) -> dict[str, Any]:
    """Return what the form changes. An untouched box changes nothing, whatever is in it."""
    form = Fields(boxes.to_dict())
    said = sort.read(form)
    form.refuse()
    untouched = sort.read(Fields(_shown(old)))
    return {name: value for name, value in said.items() if untouched.get(name) != value}


def _shown(piece: PlanItem | Agreement) -> dict[str, str]:
    return {name: visible(text) for name, text in piece.model_dump().items()}


def _page(
    sort: Sort[Piece],
    boxes: Boxes,
    piece: Piece | None = None,
    *,
    errors: Errors | None = None,
    saved_now: bool = False,
) -> str:
    return render_template(
        sort.template, typed=boxes, piece=piece, errors=errors or [], wrong=dict(errors or []),
        saved_now=saved_now, sorts=SORTS, states=STATES,
    )  # fmt: skip


def _needed(form: Fields, name: str) -> str:
    text = form.words(name)
    if not text.strip():
        form.errors.setdefault(name, BadInputError(N_("Please write something here.")))
    return text


def _read_step(form: Fields) -> dict[str, Any]:
    status = form.choice("status", STATES)  # a new step is not asked for one
    return {
        "text": _needed(form, "text"),
        "category": form.choice("category", SORTS),
        "review_on": form.day("review_on"),
        **({"status": status} if status else {}),
    }


def _read_agreement(form: Fields) -> dict[str, Any]:
    return {
        "name": form.line("name", needed=True),
        "with_whom": form.line("with_whom"),
        "made_on": form.day("made_on"),
        "review_on": form.day("review_on"),
        "text": form.words("text"),
    }


STEP: Sort[PlanItem] = Sort(
    "plan/step.html",
    lambda item_id: PlanItem(item_id=item_id, text="", added_on=today(), status="active"),
    service.step,
    _read_step,
    lambda house, vault, piece, seen: service.put_step(house, vault, piece, seen=seen),
)
AGREEMENT: Sort[Agreement] = Sort(
    "plan/agreement.html",
    lambda item_id: Agreement(item_id=item_id, name=""),
    service.agreement,
    _read_agreement,
    lambda house, vault, piece, seen: service.put_agreement(house, vault, piece, seen=seen),
)
