"""Who sees to an owed postmortem, and who leads the team that it falls to."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from apps.accounts.models import Membership, TeamRole, User
from apps.incidents.models import Incident
from apps.postmortems.models import Postmortem, drafts_of


def writer_of(incident: Incident, *, given: User | None = None, now: datetime) -> User | None:
    """Who sees to it: the owner of the draft, else whom it was given to, the commander, or a lead of the team of its
    first service."""
    links = Postmortem.incidents.through.objects.filter(pk__in=drafts_of(incident.pk).values("pk"))
    drafts = Postmortem.objects.filter(pk__in=links.values("postmortem")).select_related("owner")
    draft = drafts.unpublished().order_by("number").first()
    candidates = [draft.owner if draft else None, given, incident.commander, *leads_of(incident, now=now)[:1]]
    return next((person for person in candidates if person and person.may_write), None)


def leads_of(incident: Incident, *, now: datetime) -> list[User]:
    """Active leads, today, of the team that owns its first service."""
    first = incident.services.order_by("slug").first()
    if first is None:
        return []
    today = timezone.localdate(now)
    rows = Membership.objects.on(today).filter(team=first.owner_team_id, role=TeamRole.LEAD)
    return [
        row.user for row in rows.select_related("user").order_by("user__name", "pk") if row.user.may_write
    ]
