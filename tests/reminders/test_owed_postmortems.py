"""Owed postmortems in the digest. 27 November 2025 is a Thursday; Berlin's 09:00 is 08:00 UTC."""

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.accounts.calendar import PersonCalendar
from apps.accounts.models import Absence
from apps.action_items.models import ActionItem
from apps.incidents.operations import declare_incident, edit_incident, hand_over, transition_incident
from apps.notifications.models import OutboxMail
from apps.notifications.operations import deliver_due
from apps.postmortems.models import Nudge, PostmortemObligation, Reviewer
from apps.postmortems.operations import (
    draft_postmortem,
    judge_incidents,
    request_postmortem,
    submit_for_review,
    transition_obligation,
)
from apps.postmortems.reminders import stages_of
from apps.reminders.digest import render_digest
from apps.reminders.operations import plan_digests
from tests.factories import make_action_item, make_service, make_user

NOON = datetime(2025, 11, 27, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def december(day, hour=8):
    return datetime(2025, 12, day, hour, 0, tzinfo=UTC)


@pytest.fixture
def ines(payments):
    return make_user("ines", team=payments, time_zone="Europe/Berlin")


@pytest.fixture
def lena(payments):
    return make_user("lena", team=payments, role="lead", time_zone="Europe/Berlin")


@pytest.fixture
def outage(ines, lena, payments):
    """Commanded by ines in the team that lena leads; owes a postmortem since Thursday noon."""
    service = make_service(owner_team=payments)
    incident = declare_incident(
        title="Cards fail", severity=2, services=[service], commander=ines, by=ines, now=NOON
    )
    transition_incident(incident, to="mitigated", by=ines, now=NOON + timedelta(minutes=9))
    judge_incidents(NOON + timedelta(minutes=10))
    return incident


def mail_of(person, day):
    row = OutboxMail(recipient=person, kind="digest", payload={"local_date": date(2025, 12, day).isoformat()})
    return render_digest(row, december(day))


def digest_days(person, until=31):
    """On which days of December the planner queues a digest."""
    for day in range(1, until + 1):
        for hour in (8, 12):
            plan_digests(december(day, hour))
    rows = OutboxMail.objects.filter(recipient=person).order_by("not_before")
    return [f"{row.not_before:%a %d}" for row in rows]


def test_pm1_pm2_pm3_then_weekly_to_the_owner_and_from_pm3_to_the_lead(outage, ines, lena):
    assert digest_days(ines, 23) == ["Mon 01", "Thu 04", "Tue 09", "Mon 15", "Mon 22"]
    assert digest_days(lena, 1) == ["Tue 09", "Mon 15", "Mon 22"]


def test_where_the_policy_gives_ten_and_twenty_days_the_stages_wait_for_it(ines, lena, payments):
    service = make_service(owner_team=payments)
    incident = declare_incident(
        title="Cards fail", severity=3, services=[service], commander=ines, by=ines, now=NOON
    )
    transition_incident(incident, to="mitigated", by=ines, now=NOON)
    row = request_postmortem(incident, reason="It was close to worse", by=ines, now=NOON)
    assert (row.due_draft, row.due_publish) == (date(2025, 12, 11), date(2025, 12, 25))
    assert [f"{each:%a %d}" for each in stages_of(row, PersonCalendar())] == ["Mon 08", "Thu 11", "Tue 23"]
    assert digest_days(ines, 23) == ["Mon 08", "Thu 11", "Tue 23"]
    assert digest_days(lena, 1) == ["Tue 23"]


def test_a_severity_that_turns_out_worse_brings_the_reminders_forward(ines, lena, payments):
    service = make_service(owner_team=payments)
    incident = declare_incident(
        title="Cards fail", severity=3, services=[service], commander=ines, by=ines, now=NOON
    )
    transition_incident(incident, to="mitigated", by=ines, now=NOON)
    request_postmortem(incident, reason="It was close to worse", by=ines, now=NOON)
    assert Nudge.objects.get(person=ines).next_reminder_at == december(8)
    edit_incident(incident, changes={"severity": 1}, by=ines, now=NOON)
    judge_incidents(NOON + timedelta(minutes=10))
    assert Nudge.objects.get(person=ines).next_reminder_at == december(1)


def test_a_draft_in_time_and_a_review_in_time_are_not_asked_for(outage, ines, settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    draft = draft_postmortem([outage], now=NOON, by=ines)
    plan_digests(december(1))
    assert deliver_due(december(1)) == {"skipped_empty": 1}
    submit_for_review(draft, now=NOON, by=ines)
    plan_digests(december(4))
    assert deliver_due(december(4)) == {"skipped_empty": 1, "sent": 1}  # the other lead is asked to review it
    plan_digests(december(9))
    assert deliver_due(december(9)) == {"sent": 2}


def test_the_line_says_what_comes_next_how_late_it_is_and_to_a_lead_with_whom_it_is(outage, ines, lena):
    early, late = mail_of(ines, 1), mail_of(ines, 5)
    assert early.subject == "1 due soon - Mon 1 Dec"
    assert (
        f"Postmortem of {outage.key} Cards fail\n  Draft: Thursday 4 December, SEV2, no draft yet"
        in early.text
    )
    assert (late.subject, "Draft: 1 day overdue" in late.text) == ("1 overdue - Fri 5 Dec", True)
    assert "Draft: today, SEV2" in mail_of(ines, 4).text
    assert "Ines, one postmortem is overdue" in late.html
    assert mail_of(lena, 8) is None
    assert "Thursday 11 December, SEV2, no draft yet, with Ines" in mail_of(lena, 9).text
    assert "A due date can move" not in late.text + late.html


def test_n3_promises_and_postmortems_stand_in_one_order(outage, ines):
    for day, title in ((3, "Later"), (8, "Soon")):
        make_action_item(owner=ines, due_on=date(2025, 12, day), title=title)
    mail = mail_of(ines, 5)
    places = [mail.text.index(words) for words in ("Later", "Postmortem of", "Soon")]
    assert places == sorted(places)
    assert mail.subject == "2 overdue, 1 due soon - Fri 5 Dec"
    assert mail.text.startswith("Ines, two things are overdue")


def test_n1_n4_everything_of_one_person_and_day_is_one_digest_and_one_line(ines, payments):
    service = make_service(owner_team=payments)
    payments.memberships.filter(user=ines).update(role="lead")
    incident = declare_incident(
        title="Cards", severity=1, services=[service], commander=ines, by=ines, now=NOON
    )
    transition_incident(incident, to="mitigated", by=ines, now=NOON)
    judge_incidents(NOON)
    make_action_item(owner=ines, due_on=date(2025, 12, 9), next_reminder_at=december(9))
    assert Nudge.objects.get().is_lead is False
    Nudge.objects.update(next_reminder_at=december(9))
    assert plan_digests(december(9)) == 1
    assert mail_of(ines, 9).text.count(f"Postmortem of {incident.key}") == 1


def test_nobody_is_reminded_of_what_is_waived_and_all_are_again_when_that_is_taken_back(
    outage, root, lena, ines
):
    row = PostmortemObligation.objects.get()
    waived = transition_obligation(row, to="waived", reason="Known", by=root, now=december(2))
    assert not Nudge.objects.exists()
    assert mail_of(ines, 5) is None
    transition_obligation(waived, to="owed", reason="It came back", by=root, now=december(2))
    assert {nudge.person for nudge in Nudge.objects.all()} == {ines, lena}


def test_who_takes_the_command_over_takes_the_reminders_over(outage, ines, bob):
    hand_over(outage, role="commander", to=bob, by=ines, now=NOON)
    judge_incidents(NOON + timedelta(hours=1))
    assert mail_of(ines, 5) is None
    assert mail_of(bob, 5).subject == "1 overdue - Fri 5 Dec"


def test_n12_who_is_away_is_reminded_on_return(outage, ines):
    plan_digests(NOON)
    Absence.objects.create(user=ines, first_on=date(2025, 12, 1), last_on=date(2025, 12, 3))
    assert digest_days(ines, 5) == ["Thu 04"]


def test_n21_after_an_outage_there_is_one_digest_of_today(outage, ines):
    assert plan_digests(december(8, 9)) == 1
    assert OutboxMail.objects.get().payload == {"local_date": "2025-12-08"}
    assert Nudge.objects.get(person=ines).next_reminder_at == december(9)


def test_n35_of_a_private_incident_a_mail_has_the_key_alone(outage, ines, charlie):
    type(outage).objects.filter(pk=outage.pk).update(is_private=True, title="ZEBRA")
    mail = mail_of(ines, 5)
    assert outage.key in mail.text
    assert "ZEBRA" not in mail.text + mail.html
    Nudge.objects.create(obligation=PostmortemObligation.objects.get(), person=charlie, is_lead=False)
    assert mail_of(charlie, 5) is None


def test_planning_reminders_of_postmortems_leaves_action_items_alone(outage, ines):
    item = make_action_item(owner=ines, due_on=date(2026, 3, 1), next_reminder_at=december(20))
    plan_digests(december(1))
    assert ActionItem.objects.get(pk=item.pk).next_reminder_at == december(20)


def test_n3_what_waits_for_my_review_comes_last_and_sends_no_digest_of_its_own(outage, ines, lena, payments):
    draft = draft_postmortem([outage], title="Cards failed", now=NOON, by=ines)
    Reviewer.objects.create(postmortem=draft, person=lena)
    type(draft).objects.filter(pk=draft.pk).update(status="in_review", status_since=NOON)
    plan_digests(december(1))
    assert not OutboxMail.objects.filter(recipient=lena).exists()
    make_action_item(owner=lena, due_on=date(2025, 12, 1), title="Now")
    mail = mail_of(lena, 1)
    assert mail.subject == "1 due today, 1 waiting for your review - Mon 1 Dec"
    assert mail.text.index("Now") < mail.text.index(
        f"{draft.key} Cards failed\n  In review since Thursday 27 November"
    )
