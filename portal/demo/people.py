"""The demo's people and teams. All of them are made up; so are their secrets, which
are printed at every start and must never guard anything real."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import transaction

from portal.accounts.models import Team, TeamMembership, User
from portal.people.services import roles

PASSWORD = "demo-portal-2026"  # noqa: S105 - published on purpose
TEAMS = (
    ("infrastructure", "Infrastructure", "I", 1),
    ("development", "Development", "D", 2),
    ("devops", "DevOps", "O", 3),
    ("security", "Security", "S", 4),
)


@dataclass(frozen=True)
class DemoPerson:
    """One made-up person; ``leads`` and ``teams`` are slugs, ``seed`` is base32."""

    name: str
    email: str
    roles: tuple[str, ...]
    seed: str
    teams: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()


PEOPLE = (
    DemoPerson(
        "Elin Engineer",
        "engineer@demo.example",
        ("engineer",),
        "JBSWY3DPEHPK3PXPAAAAAAAAENGINEER",
        teams=("infrastructure", "devops"),
    ),
    DemoPerson(
        "Ole Oncall",
        "oncall@demo.example",
        ("engineer",),
        "JBSWY3DPEHPK3PXPAAAAAAAAAAONCALL",
        teams=("development",),
    ),
    DemoPerson(
        "Mira Manager",
        "manager@demo.example",
        ("approver",),
        "JBSWY3DPEHPK3PXPAAAAAAAAAMANAGER",
    ),
    DemoPerson(
        "Mats Manager",
        "manager2@demo.example",
        ("approver",),
        "JBSWY3DPEHPK3PXPAAAAAAAAMANAGER2",
    ),
    DemoPerson(
        "Tara Teamlead",
        "lead@demo.example",
        ("engineer",),
        "JBSWY3DPEHPK3PXPAAAAAAAATEAMLEAD",
        leads=("infrastructure", "devops"),
    ),
    DemoPerson(
        "Sven Security",
        "security@demo.example",
        ("engineer",),
        "JBSWY3DPEHPK3PXPAAAAAAAASECURITY",
        leads=("security",),
    ),
    DemoPerson(
        "Arvo Auditor",
        "auditor@demo.example",
        ("auditor",),
        "JBSWY3DPEHPK3PXPAAAAAAAAAAUDITOR",
    ),
    DemoPerson(
        "Ada Administrator",
        "admin@demo.example",
        ("administrator",),
        "JBSWY3DPEHPK3PXPAAAAAAAAAAADMINS",
    ),
    DemoPerson(
        "Vida Viewer",
        "viewer@demo.example",
        ("viewer",),
        "JBSWY3DPEHPK3PXPAAAAAAAAAAVIEWER",
    ),
)


@transaction.atomic
def create() -> int:
    """Make the teams and people that are not there yet; returns how many people."""
    for slug, name, letter, colour in TEAMS:
        Team.objects.get_or_create(
            slug=slug,
            defaults={
                "name": name,
                "letter": letter,
                "colour": colour,
                "time_zone": "Europe/Berlin",
            },
        )
    made = sum(_create(person) for person in PEOPLE)
    if made:
        roles.appoint_first_approvers(
            [person.email for person in PEOPLE if "approver" in person.roles]
        )
    return made


def _create(person: DemoPerson) -> bool:
    if User.objects.filter(email=person.email).exists():
        return False
    user = User.objects.create_user(person.email, person.name, PASSWORD)
    EmailAddress.objects.create(
        user=user, email=person.email, primary=True, verified=True
    )
    user.groups.set(
        Group.objects.filter(name__in=person.roles).exclude(name="approver")
    )
    Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.TOTP,
        data={"secret": get_adapter().encrypt(person.seed)},
    )
    for slug in (*person.teams, *person.leads):
        TeamMembership.objects.create(
            team=Team.objects.get(slug=slug), user=user, is_lead=slug in person.leads
        )
    return True


def listing() -> str:
    """The table that every start prints: who, with which password and seed."""
    lines = [
        f"Password of everybody: {PASSWORD}",
        "Second factor: put the seed into an authenticator app, or ask:",
        "  make code WHO=manager@demo.example",
        "",
    ]
    for person in PEOPLE:
        what = ", ".join(person.roles) + (
            f"; leads {', '.join(person.leads)}" if person.leads else ""
        )
        lines.append(f"  {person.email:<24} {person.name:<18} {person.seed}  {what}")
    return "\n".join(lines)
