"""A case to walk through: what somebody shares of a diary, given below the pages."""

from __future__ import annotations

from datetime import timedelta

from diary.services import consents, share_also, share_choices, share_drafts, sharing
from diary.services.house import House
from diary.services.redaction import GROUPS
from diary.services.share_drafts import Draft
from diary.vault.vault import Vault
from tests.services.sharers import give

KNOWN_AS = "Nadia K"


def share(house: House, owner: Vault, code: str, *, few: bool = False) -> str:
    """Share all that there is, or the words of two entries; return the address of the case."""
    draft = share_drafts.begin(house, owner, sharing.find(house, owner, code))
    today = consents.today(house)
    ends = today + timedelta(days=30)
    said = {"compared": True, "starts": today.isoformat(), "ends": ends.isoformat()}
    found = entry_ids(house, owner)
    if few:
        chosen: dict[str, object] = {"entries": found[:2], "fields": ("when", "what")}
        chosen["permission"] = "download"
    else:
        chosen = everything(house, owner, draft) | {"entries": found, "from_name": KNOWN_AS}
    draft = share_drafts.decide(house, owner, draft, purpose="safety", **said, **chosen)
    if not few:
        files = tuple(one.id for one in share_choices.files(house, owner, draft))
        leads = tuple(one.id for one in share_also.also(house, owner, draft).leads)
        share_drafts.decide(house, owner, draft, files=files, leads=leads)
    return f"/work/cases/{give(house, owner, draft.id)}"


def entry_ids(house: House, owner: Vault) -> tuple[str, ...]:
    first = share_choices.entries(house, owner, page=1, query="")
    pages = [share_choices.entries(house, owner, page=n + 1, query="") for n in range(first.pages)]
    return tuple(one.record_id for page in pages for one in page.items)


def everything(house: House, owner: Vault, draft: Draft) -> dict[str, object]:
    also = share_also.also(house, owner, draft)
    people = tuple(one.id for one in also.people)
    return {
        "orders": tuple(one.id for one in also.orders),
        "people": people,
        "contacts": tuple(one for one in people if one in also.reachable),
        "plan": also.has_plan,
        "other_person": also.other_person is not None,
        "told": tuple(one.id for one in also.told),
        "fields": GROUPS,
        "permission": "download",
        "sees_others": True,
    }
