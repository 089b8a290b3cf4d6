"""Rows with good defaults, made without ceremony. Rules are not tested through these: operations are."""

import itertools
from datetime import UTC, date, datetime

from django.db import transaction

from apps.accounts.models import Membership, Team, User, WorkSchedule
from apps.action_items.models import ActionItem
from apps.core.keys import next_key
from apps.incidents.models import Incident
from apps.services.models import Service

counter = itertools.count(1)
LONG_AGO = date(2020, 1, 1)


def make_team(**kw):
    n = next(counter)
    return Team.objects.create(**{"name": f"Team {n}", "slug": f"team-{n}", **kw})


def make_user(name=None, *, team=None, role="member", time_zone="UTC", schedule=True, **kw):
    name = name or f"person{next(counter)}"
    user = User(email=f"{name}@ballast.example", name=name.title(), slug=name, time_zone=time_zone, **kw)
    user.set_password("correct horse battery")
    user.save()
    if schedule:
        WorkSchedule.objects.create(user=user, valid_from=LONG_AGO)
    if team is not None:
        make_membership(user, team, role=role)
    return user


def make_membership(user, team, **kw):
    return Membership.objects.create(user=user, team=team, **{"valid_from": LONG_AGO, **kw})


def make_service(**kw):
    n = next(counter)
    kw.setdefault("owner_team", None)
    kw["owner_team"] = kw["owner_team"] or make_team()
    kw.setdefault("slug", f"service-{n}")
    kw.setdefault("name", kw["slug"].replace("-", " ").title())
    return Service.objects.create(**kw)


@transaction.atomic
def make_incident(*, services=(), by=None, **kw):
    number, key = next_key("INC")
    now = datetime.now(UTC)
    defaults = {"title": "Card payments time out", "status_since": now, "started_at": now}
    incident = Incident.objects.create(
        number=number, key=key, declared_by=by or make_user(), **{**defaults, **kw}
    )
    incident.services.set(services)
    return incident


@transaction.atomic
def make_action_item(*, by=None, **kw):
    number, key = next_key("ACT")
    defaults = {
        "title": "Reject a settlement file with a known batch id",
        "status": "open",
        "done_when": "A repeated file is refused in staging",
        "due_on": date(2027, 1, 15),
        "first_due_on": date(2027, 1, 15),
        "status_since": datetime.now(UTC),
    }
    return ActionItem.objects.create(
        number=number, key=key, created_by=by or make_user(), **{**defaults, **kw}
    )
