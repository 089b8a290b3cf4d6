"""What a digest says. Rendered when it is sent: 12 March 2026 is a Thursday."""

from datetime import UTC, date, datetime, time

import pytest

from apps.action_items.models import Reminder
from apps.notifications.models import OutboxMail
from apps.notifications.operations import deliver_due, outbox_row
from apps.reminders.digest import digests_of, lines_of_many, render_digest
from apps.reminders.operations.planning import plan_digests
from apps.reminders.sources import TELLERS
from tests.factories import make_action_item, make_incident, make_user

NOW = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines(db):
    return make_user("ines", time_zone="Europe/Berlin")


def row_of(person, *, kind="digest", **payload):
    return outbox_row(
        person,
        kind=kind,
        once_per=f"{person.pk}{payload}",
        not_before=NOW,
        expires_at=NOW,
        payload=payload,
    )


def digest(owner, day="2026-03-12", **payload):
    return render_digest(row_of(owner, local_date=day, **payload), NOW)


def due(owner, day, title="A promise", **kw):
    return make_action_item(owner=owner, due_on=date(2026, 3, day), title=title, **kw)


def test_the_subject_counts_and_names_the_day(ines):
    for day in (2, 11, 12):
        due(ines, day)
    assert digest(ines).subject == "2 overdue, 1 due today - Thu 12 Mar"


def test_n3_overdue_comes_first_the_oldest_at_the_top_then_today_then_soon(ines):
    for day, title in [(16, "Soon"), (12, "Now"), (11, "Late"), (2, "Later"), (18, "Out of sight")]:
        due(ines, day, title)
    mail = digest(ines)
    for body, line in ((mail.text, "- {}\n"), (mail.html, ">{}<")):
        places = [body.index(line.format(title)) for title in ("Later", "Late", "Now", "Soon")]
        assert places == sorted(places)
        assert "Out of sight" not in body
    assert "10 days overdue" in mail.text
    assert "1 day overdue" in mail.text


def test_three_business_days_reach_over_the_weekend(ines):
    due(ines, 18, "Wednesday")
    assert digest(ines) is None
    due(ines, 17, "Tuesday")
    assert digest(ines).subject == "1 due soon - Thu 12 Mar"


def test_the_heading_speaks_to_the_person(ines):
    due(ines, 2), due(ines, 3), due(ines, 12)
    mail = digest(ines)
    assert "Ines, two action items are overdue" in mail.html
    assert "One more is due today." in mail.html
    assert mail.text.startswith(
        "Ines, two action items are overdue\nThursday 12 March\n\nOne more is due today."
    )


def test_n2_what_is_done_before_the_mail_goes_out_is_not_in_it(ines):
    done, still = due(ines, 12, "Finished"), due(ines, 12, "Waiting")
    type(done).objects.filter(pk=done.pk).update(status="done")
    assert "Finished" not in digest(ines).text
    assert "Waiting" in digest(ines).text
    type(done).objects.filter(pk=still.pk).update(status="done")
    assert digest(ines) is None


def test_n2_an_item_done_at_8_59_leaves_no_mail_that_day(ines, settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    item = due(ines, 12, next_reminder_at=NOW)
    plan_digests(NOW)
    type(item).objects.filter(pk=item.pk).update(status="done")
    assert deliver_due(NOW) == {"skipped_empty": 1}
    type(item).objects.filter(pk=item.pk).update(status="open", next_reminder_at=NOW)
    plan_digests(NOW.replace(hour=10))
    assert deliver_due(NOW.replace(hour=10)) == {}
    assert OutboxMail.objects.get().status == "skipped_empty"
    assert list(tmp_path.iterdir()) == []


def test_n35_a_private_incident_that_the_owner_may_not_see_is_left_out(ines, root):
    hidden = make_incident(is_private=True, by=root, title="Breach at the bank")
    due(ines, 12, "Rotate the stolen keys", incident=hidden)
    assert digest(ines) is None
    due(ines, 12, "Something else")
    assert "stolen" not in digest(ines).text + digest(ines).html


def test_n35_a_private_incident_lends_a_mail_only_its_key(root):
    incident = make_incident(is_private=True, by=root, title="Breach at the bank")
    item = due(
        root, 12, "Rotate the stolen keys", incident=incident, blocked_by="the police", status="blocked"
    )
    mail = digest(root)
    assert item.key in mail.text
    assert "stolen" not in mail.text + mail.html
    assert "police" not in mail.text + mail.html


def test_twenty_items_then_the_number_of_the_rest(ines):
    for _ in range(23):
        due(ines, 12)
    mail = digest(ines)
    assert mail.text.count("/action-items/ACT-") == 20
    assert "and 3 more" in mail.text
    assert "and 3 more" in mail.html
    assert mail.subject.startswith("23 due today")


def test_others_items_and_proposals_are_not_in_it(ines, alice):
    due(alice, 12)
    due(ines, 12, status="proposed")
    assert digest(ines) is None


def test_n5_links_lead_to_the_portal_and_say_nothing_else(ines, settings):
    settings.BASE_URL = "https://ballast.example"
    item = due(ines, 12)
    mail = digest(ines)
    assert f"https://ballast.example/action-items/{item.key}/" in mail.text
    assert f'href="https://ballast.example/action-items/{item.key}/"' in mail.html
    assert "http://testserver" not in mail.text + mail.html


def test_words_of_people_are_escaped_in_html_and_plain_in_text(ines):
    due(ines, 12, "Fix <b>bold</b> & brave")
    mail = digest(ines)
    assert "Fix &lt;b&gt;bold&lt;/b&gt; &amp; brave" in mail.html
    assert "Fix <b>bold</b> & brave" in mail.text


def test_a_blocked_item_says_what_it_waits_for(ines):
    due(ines, 12, status="blocked", blocked_by="review by storage")
    assert "Blocked: review by storage" in digest(ines).text


def test_n37_a_test_says_so(ines):
    due(ines, 12)
    mail = digest(ines, test=True)
    assert mail.subject.startswith("Test: ")
    assert "You asked for this mail." in mail.text
    assert "You asked for this mail." in mail.html


def test_the_foot_names_the_persons_own_hour(ines):
    ines.digest_at = time(7, 30)
    due(ines, 12)
    assert "You get a digest at 07:30" in digest(ines).text


def test_a_digest_as_a_whole(ines, settings):
    settings.BASE_URL = "https://ballast.example"
    outage = make_incident(title="Cards <fail>")
    slipped = {"slip_count": 2, "slipped_days": 41, "incident": outage, "priority": 0, "kind": "detect"}
    late = due(ines, 2, "Alert on <b>queues</b> & caches", **slipped)
    blocked = due(ines, 11, "Ask for a second link", status="blocked", blocked_by="the vendor's offer")
    soon = due(ines, 16, "Rehearse it")
    assert digest(ines, test=True).text.rstrip() == (
        f"""Ines, two action items are overdue
Thursday 12 March, a test

One more is due soon.

OVERDUE

- Alert on <b>queues</b> & caches
  10 days overdue, P0, detect, from {outage.key}, slipped 2×, +41 d
  https://ballast.example/action-items/{late.key}/

- Ask for a second link
  1 day overdue, P2, prevent
  Blocked: the vendor's offer
  https://ballast.example/action-items/{blocked.key}/

DUE SOON

- Rehearse it
  Monday 16 March, P2, prevent
  https://ballast.example/action-items/{soon.key}/

A due date can move; one line that says why is enough.

My work: https://ballast.example/

You asked for this mail. You get a digest at 09:00 on your working days when something of yours is
overdue, due today or due soon. Change when: https://ballast.example/profile/"""
    )


def test_of_many_that_are_read_at_once_each_is_of_its_own_date_and_as_if_it_were_alone(ines):
    mia = make_user("mia", time_zone="Pacific/Auckland")
    for person in (ines, mia):
        for day in (12, 13):
            item = due(person, 27, f"Asked on the {day}th", priority=1)
            asked = {"stage": "s0", "due_version": 1, "state": "planned", "local_date": date(2026, 3, day)}
            Reminder.objects.create(item=item, recipient=person, **asked)
            news = row_of(person, kind="assigned", digest_on=f"2026-03-{day}")
            news.status, news.subject = "in_digest", f"Came for the {day}th"
            news.save()
    today, tomorrow = row_of(ines, local_date="2026-03-12"), row_of(mia, local_date="2026-03-13")
    render = digests_of([today, tomorrow], NOW)
    for row, own, other in ((today, "12th", "13th"), (tomorrow, "13th", "12th")):
        mail = render(row, NOW)
        assert mail == render_digest(row, NOW)
        assert f"Asked on the {own}" in mail.text
        assert f"Came for the {own}" in mail.text
        assert other not in mail.text


def test_items_and_people_cost_no_queries_of_their_own(ines, django_assert_num_queries):
    people = [ines, *(make_user(f"person-{n}") for n in range(5))]
    for person in people:
        for _ in range(5):
            due(person, 12, incident=make_incident())
    with django_assert_num_queries(3 + len(TELLERS)):
        lines = lines_of_many((person, NOW.date()) for person in people)
    assert [len(lines[person.pk, NOW.date()]) for person in people] == [5] * 6
