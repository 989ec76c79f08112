"""`diary org` and `diary practitioner`: agencies and their people, for whoever runs this."""

from __future__ import annotations

import argparse

from diary.console import opened, say
from diary.services import agencies
from diary.services.agencies import Member
from diary.settings import Settings
from diary.text import ENGLISH, N_

WORDS = {
    "org": N_("Agencies: add one, list them."),
    "practitioner": N_("The people of agencies: invite, list, suspend."),
}
_LINK = N_("For %(name)s, once, until %(ends)s. Put this service's own address before it:")
_MEMBER = N_("%(id)s  %(name)s, %(role)s, %(org)s%(lead)s%(suspended)s")
_INVITED = N_("invited until %(ends)s: %(name)s, %(role)s, %(org)s%(lead)s")


def add_org(options: argparse.Namespace, settings: Settings) -> int:
    """Add an agency."""
    with opened(settings) as house:
        org = agencies.add_org(house, options.name)
    say(N_("Added %(name)s (%(id)s)."), name=org.name, id=org.id)
    return 0


def list_orgs(_: argparse.Namespace, settings: Settings) -> int:
    """List the agencies."""
    with opened(settings) as house:
        for org in agencies.every_org(house):
            say(N_("%(id)s  %(name)s"), id=org.id, name=org.name)
    return 0


def invite(options: argparse.Namespace, settings: Settings) -> int:
    """Make a link by which one person joins, once; it is printed only now."""
    with opened(settings) as house:
        link = agencies.invite(
            house,
            org_id=agencies.org_named(house, options.org).id,
            name=options.name,
            role=options.role,
            contact=options.contact,
            lead=options.lead,
        )
    say(_LINK, name=link.invited.name, ends=f"{link.invited.ends:%Y-%m-%d %H:%M} UTC")
    say(N_("%(path)s"), path=f"/work/join/{link.token}")
    return 0


def list_members(_: argparse.Namespace, settings: Settings) -> int:
    """List everybody who is in an agency, or is invited."""
    with opened(settings) as house:
        orgs = agencies.every_org(house)
        for org in orgs:
            for member in agencies.members(house, org.id):
                say(_MEMBER, **_about(member), id=member.account_id, org=org.name)
            for one in agencies.waiting(house, org.id):
                ends = f"{one.ends:%Y-%m-%d %H:%M} UTC"
                say(
                    _INVITED,
                    ends=ends,
                    name=one.name,
                    role=one.role,
                    org=org.name,
                    lead=_lead(one.lead),
                )
    return 0


def suspend(options: argparse.Namespace, settings: Settings) -> int:
    """Suspend somebody: signed out now, and no way in opens any more."""
    with opened(settings) as house:
        agencies.suspend(house, account_id=options.id)
    say(N_("Suspended."))
    return 0


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both commands to what can be typed."""
    orgs = _group(commands, "org")
    adding = _sub(orgs, "add", N_("Add an agency."), add_org)
    adding.add_argument("name", metavar="NAME")
    _sub(orgs, "list", N_("List the agencies."), list_orgs)
    people = _group(commands, "practitioner")
    inviting = _sub(people, "invite", N_("Make a link by which one person joins, once."), invite)
    inviting.add_argument("--org", required=True, metavar="NAME|ID")
    inviting.add_argument("--name", required=True)
    inviting.add_argument("--role", required=True)
    compared = ENGLISH(N_("phone and e-mail: compared with the other person’s, shown to nobody"))
    inviting.add_argument("--contact", default="", help=compared)
    may_invite = ENGLISH(N_("may invite and suspend others of the agency"))
    inviting.add_argument("--lead", action="store_true", help=may_invite)
    _sub(people, "list", N_("List everybody who is in an agency, or is invited."), list_members)
    words = N_("Suspend somebody: signed out now, and no way in opens any more.")
    _sub(people, "suspend", words, suspend).add_argument("id", metavar="ID")


def _group(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str
) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    words = ENGLISH(WORDS[name])
    group = commands.add_parser(name, help=words, description=words)
    return group.add_subparsers(metavar="COMMAND", required=True)


def _sub(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    message: str,
    command: object,
) -> argparse.ArgumentParser:
    words = ENGLISH(message)
    sub = commands.add_parser(name, help=words, description=words)
    sub.set_defaults(command=command)
    return sub


def _about(member: Member) -> dict[str, str]:
    return {
        "name": member.name,
        "role": member.role,
        "lead": _lead(member.lead),
        "suspended": _state(member),
    }


def _state(member: Member) -> str:
    if member.closed:
        return ENGLISH(N_(" (closed)"))
    return ENGLISH(N_(" (suspended)")) if member.suspended else ""


def _lead(lead: bool) -> str:
    return ENGLISH(N_(" (lead)")) if lead else ""
