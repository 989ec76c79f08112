"""What was chosen from a list, in words: a record holds the code, a reader gets its words.

The English words of a code are the code with spaces; they stand here so that they are translated.
"""

from __future__ import annotations

from diary.text import N_, Say

WORDS = frozenset(
    {
        # sorts of place
        N_("home"), N_("outside home"), N_("street"), N_("car"), N_("shop"), N_("work"),
        N_("school"), N_("relative home"), N_("court"), N_("public place"), N_("phone"),
        N_("online"),
        # what it was
        N_("call"), N_("voicemail"), N_("text"), N_("messaging app"), N_("email"),
        N_("social post"), N_("social message"), N_("letter gift"), N_("through other person"),
        N_("through child"), N_("came to home"), N_("came to work"), N_("came to school"),
        N_("nearby zone"), N_("followed"), N_("watched"), N_("tracking device"),
        N_("account access"), N_("smart home"), N_("property damage"), N_("theft"), N_("threat"),
        N_("physical"), N_("strangulation"), N_("sexual"), N_("economic"), N_("pets"),
        N_("child related"), N_("image sharing"), N_("false report or litigation"),
        # how it came, and who began
        N_("direct"), N_("indirect person"), N_("indirect online"), N_("unknown"),
        N_("them"), N_("me"), N_("neither"),
        # whether it was told
        N_("not reported"), N_("reported"), N_("going to report"),
        # what a file may show
        N_("intimate"), N_("medical"), N_("child"), N_("third party"),
        # in any list
        N_("yes"), N_("no"), N_("other"), N_("not sure"), N_("skip"),
    }
)  # fmt: skip


def said(code: str, say: Say) -> str:
    """Say a code in words; what is not from a list is somebody's own and stays as it is."""
    words = code.replace("_", " ")
    return say(words) if words in WORDS else words
