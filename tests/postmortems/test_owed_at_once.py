"""Several clocks and people at the same moment: one obligation for each incident, told once."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.incidents.operations import declare_incident, transition_incident
from apps.postmortems.models import PostmortemObligation
from apps.postmortems.operations import judge_incidents, request_postmortem
from tests.postmortems.test_concurrency import at_once

NOON = datetime(2025, 11, 27, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


def test_four_clocks_and_four_people_owe_one_postmortem_for_each_incident(alice, checkout):
    facts = {"services": [checkout], "commander": alice, "by": alice, "now": NOON}
    calm = [declare_incident(title=f"Cards fail {n}", severity=2, **facts) for n in range(3)]
    asked = declare_incident(title="Refunds wait", severity=4, **facts)
    for incident in calm:
        transition_incident(incident, to="mitigated", by=alice, now=NOON)

    def act(number):
        if number % 2:
            judge_incidents(NOON + timedelta(minutes=1))
            return "judged"
        try:
            request_postmortem(asked, reason=f"Odd {number}", by=alice, now=NOON)
        except Conflict:
            return "refused"
        return "asked"

    done = at_once(act, 8)
    assert sorted(done) == ["asked", *["judged"] * 4, *["refused"] * 3]
    assert PostmortemObligation.objects.count() == 4
    assert AuditEvent.objects.filter(verb="obligation.owed").count() == 4
    assert not AuditEvent.objects.filter(verb="obligation.extended").exists()
