"""What a bundle is for, and what follows from it: originals, or copies without their metadata.

Orders go for every purpose, as nobody can follow a chronology without them. What was said to whom,
who saw it and what may show it goes to the police alone: a bundle for a court is read by the other
side, and one for a practitioner needs no more than they were asked to help with. How to reach a
witness goes to the police only. What is about no entry (the plan, who was told of an order, what
practitioners wrote) is in her own copy only. Private notes and words to keep secret never go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from diary.text import N_

Purpose = Literal["police", "family-court", "practitioner", "own-copy"]


@dataclass(frozen=True, slots=True)
class Profile:
    """One purpose. Without originals, a file's own metadata and record stay out of the bundle.

    `details`: reports, witnesses' names, leads and looks at the plan, and the pages made of them.
    """

    code: Purpose
    label: str
    hint: str
    read_me: str
    originals: bool
    details: bool = False
    contacts: bool = False
    own: bool = False


PROFILES: dict[str, Profile] = {
    profile.code: profile
    for profile in (
        Profile(
            "police",
            N_("For the police"),
            N_("Files go as they arrived, with the place and time inside them."),
            N_("For the police. Files are the original bytes, with the metadata inside them."),
            originals=True,
            details=True,
            contacts=True,
        ),
        Profile(
            "family-court",
            N_("For the family court"),
            N_("Pictures go as copies without hidden place or time. Other files are only named."),
            N_(
                "For the family court. Pictures are derived copies without metadata; other files"
                " are named in the exhibit list and not enclosed."
            ),
            originals=False,
        ),
        Profile(
            "practitioner",
            N_("For someone who supports me"),
            N_("Words only, unless you tick a file. Pictures go as copies."),
            N_("For a practitioner. Words, and derived copies of the pictures that were ticked."),
            originals=False,
        ),
        Profile(
            "own-copy",
            N_("A copy for myself"),
            N_("Files go as they arrived, with the place and time inside them."),
            N_(
                "The owner's own copy. Files are the original bytes, with the metadata inside them."
            ),
            originals=True,
            details=True,
            own=True,
        ),
    )
}
