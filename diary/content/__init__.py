"""Law, safety and the words for both, as dated data: each with where it was seen, and when.

What is not confirmed stays in the files. Pages get it from no function here but `unconfirmed`,
which is for whoever runs this.
"""

from __future__ import annotations

from diary.content.agencies import (
    Agency,
    KnowsKind,
    agencies,
    agency,
    knows_kind,
    knows_kinds,
)
from diary.content.behaviours import (
    Behaviour,
    BehaviourGroup,
    behaviour,
    behaviour_groups,
    behaviours,
    suggested_clauses,
)
from diary.content.clauses import Clause, clause, clauses
from diary.content.consent import ConsentText, Purpose, consent_text
from diary.content.guidance import Guidance, guidance
from diary.content.helplines import Helpline, Helplines, helplines
from diary.content.order_types import OrderType, order_type, order_types
from diary.content.review import SOON, Unconfirmed, older_than, texts, unconfirmed, unsigned
from diary.content.right_now import Step, steps

__all__ = [
    "SOON",
    "Agency",
    "Behaviour",
    "BehaviourGroup",
    "Clause",
    "ConsentText",
    "Guidance",
    "Helpline",
    "Helplines",
    "KnowsKind",
    "OrderType",
    "Purpose",
    "Step",
    "Unconfirmed",
    "agencies",
    "agency",
    "behaviour",
    "behaviour_groups",
    "behaviours",
    "clause",
    "clauses",
    "consent_text",
    "guidance",
    "helplines",
    "knows_kind",
    "knows_kinds",
    "older_than",
    "order_type",
    "order_types",
    "steps",
    "suggested_clauses",
    "texts",
    "unconfirmed",
    "unsigned",
]
