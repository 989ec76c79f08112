"""The words for answers that an entry keeps as codes. What they mean in law is not said here."""

from __future__ import annotations

from diary.text import N_

YES_NO = {"yes": N_("Yes"), "no": N_("No"), "not_sure": N_("Not sure")}
PLACES = {
    "home": N_("At home"),
    "outside_home": N_("Outside the home"),
    "street": N_("In the street"),
    "car": N_("In a car"),
    "shop": N_("In a shop"),
    "work": N_("At work"),
    "school": N_("At a school or nursery"),
    "relative_home": N_("Where family or friends live"),
    "court": N_("At court"),
    "public_place": N_("In another public place"),
    "phone": N_("On the phone"),
    "online": N_("Online"),
    "other": N_("Somewhere else"),
    "not_sure": N_("Not sure"),
}
CHANNELS = {
    "direct": N_("Straight to you"),
    "indirect_person": N_("Through another person"),
    "indirect_online": N_("Online, but not straight to you"),
    "unknown": N_("Not sure"),
}
STARTED = {
    "them": N_("They did"),
    "me": N_("I did"),
    "neither": N_("Neither of us"),
    "not_sure": N_("Not sure"),
    "skip": N_("I would rather not say"),
}
REPORTED = {
    "reported": N_("I have reported it"),
    "going_to_report": N_("I am going to report it"),
    "not_reported": N_("I have not reported it"),
    "not_sure": N_("Not sure"),
}
THREADS = {
    "full": N_("The whole conversation"),
    "partial": N_("A part of it"),
    "single": N_("One message"),
}
PLAN_LOOKS = {
    "needed": N_("I want to look at it"),
    "done_on": N_("I have looked at it"),
    "not_now": N_("Not now"),
}
LEAD_STATES = {
    "asked": N_("Asked for it"),
    "kept": N_("It is kept"),
    "gone": N_("It is gone"),
}
NOT_SAID = N_("I would rather not say")
NOT_SURE = N_("Not sure")
