"""N30: somebody is called when reminders are not planned or mails do not leave, also when nothing can tell any more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core.tasks import tell_that_all_is_well
from apps.notifications.health import PLANNER
from apps.notifications.operations import note_run
from apps.reminders.tasks import plan_due_digests
from tests.notifications.test_delivery import owe
from tests.webhooks.receiver import Receiver

MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def health(web):
    answer = web().get("/healthz")
    told = answer.json()
    return answer.status_code, told["planner"], told["mail"]


def test_n30_health_is_red_a_quarter_of_an_hour_after_the_planner_last_succeeded(web, monkeypatch):
    late = "no reminders were planned in the last 15 minutes"
    assert health(web) == (503, late, "ok")
    plan_due_digests()
    assert health(web) == (200, "ok", "ok")
    note_run(PLANNER, timezone.now() - 16 * MINUTE)
    assert health(web) == (503, late, "ok")

    def fail(_now):
        raise RuntimeError("the planner broke")

    monkeypatch.setattr("apps.reminders.tasks.plan_digests", fail)
    with pytest.raises(RuntimeError):
        plan_due_digests()
    assert health(web) == (503, late, "ok")


def test_n30_health_is_red_when_a_mail_has_waited_for_half_an_hour(web, kinds, alice):
    plan_due_digests()
    now = timezone.now()
    owe(alice, not_before=now - 29 * MINUTE, expires_at=now + 60 * MINUTE)
    assert health(web)[0] == 200
    owe(alice, not_before=now - 31 * MINUTE, expires_at=now + 60 * MINUTE, once_per="older")
    assert health(web) == (503, "ok", "mails have been waiting for more than 30 minutes")


def test_n30_a_heartbeat_goes_out_while_all_is_well_and_only_where_one_is_wanted(settings, caplog):
    with Receiver() as monitor:
        settings.OUTBOUND_ALLOW = [monitor.place]
        plan_due_digests()
        assert tell_that_all_is_well() is False
        settings.HEARTBEAT_URL = monitor.url
        assert tell_that_all_is_well() is True
        monitor.answers = [500]
        assert tell_that_all_is_well() is False
        assert len(monitor.requests) == 2
        note_run(PLANNER, timezone.now() - 16 * MINUTE)
        assert tell_that_all_is_well() is False
        assert len(monitor.requests) == 2
        settings.OUTBOUND_ALLOW = []  # an address inside is called by nobody
        plan_due_digests()
        assert tell_that_all_is_well() is False
        assert len(monitor.requests) == 2
    assert "key=1" not in caplog.text
