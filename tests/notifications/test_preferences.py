"""How things reach people: what they choose, quiet hours, links that turn a category off. All on a Thursday."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from apps.audit.models import AuditEvent
from apps.notifications.models import NotificationPreference, OutboxMail
from apps.notifications.operations import deliver_due, set_preferences
from apps.notifications.unsubscribing import meant_by, unsubscribe_address
from apps.reminders.operations import plan_digests
from config.mail import KINDS
from tests.factories import make_action_item, make_user
from tests.notifications.test_delivery import body, owe, status

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def choose(person, **modes):
    set_preferences(modes=modes, by=person)


@pytest.mark.parametrize(
    ("mode", "became", "mails", "is_in_inbox"),
    [
        ("now", "sent", 1, True),
        ("digest", "for_digest", 0, True),
        ("portal", "in_portal", 0, True),
        ("off", "turned_off", 0, False),
    ],
)
def test_each_choice_goes_its_way(kinds, sink, alice, mode, became, mails, is_in_inbox):
    choose(alice, assigned=mode)
    row = owe(alice, kind="assigned")
    deliver_due(NOW)
    assert (status(row), len(sink.mails)) == (became, mails)
    assert OutboxMail.objects.inbox_of(alice, NOW).filter(pk=row.pk).exists() is is_in_inbox


def test_a_choice_counts_for_what_is_owed_already_and_for_nobody_else(kinds, sink, alice, bob):
    rows = [owe(person, kind="assigned") for person in (alice, bob)]
    choose(alice, assigned="portal")
    assert deliver_due(NOW) == {"in_portal": 1, "sent": 1}
    assert [status(row) for row in rows] == ["in_portal", "sent"]


def test_what_somebody_chose_is_in_the_trail_and_what_is_not_possible_is_refused_whole(alice):
    choose(alice, reviews="digest", assigned="now")
    [event] = AuditEvent.objects.filter(verb="notification_preferences.changed")
    assert event.changes == {"reviews": ["now", "digest"]}
    for wrong in ({"escalations": "off"}, {"learning": "off"}, {"security": "off"}, {"reviews": "loud"}):
        with pytest.raises(ValidationError):
            choose(alice, postmortems="off", **wrong)
    assert NotificationPreference.objects.count() == 1


def test_n1_five_mails_a_day_and_the_rest_in_the_next_digest(kinds, sink, alice):
    for n in range(7):
        owe(alice, kind="assigned", once_per=f"n:{n}")
    assert deliver_due(NOW) == {"sent": 5, "for_digest": 2}
    owe(alice, kind="assigned", once_per="later")
    owe(alice, kind="late", once_per="burns")
    assert deliver_due(NOW + timedelta(hours=1)) == {"for_digest": 1, "sent": 1}
    owe(alice, kind="assigned", once_per="tomorrow", expires_at=NOW + timedelta(days=3))
    assert deliver_due(NOW + timedelta(days=1)) == {"sent": 1}


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-12T17:30", "2026-03-13T07:00"),  # Thursday 18:30 in Berlin
        ("2026-03-13T04:00", "2026-03-13T07:00"),
        ("2026-03-13T20:00", "2026-03-16T07:00"),  # Friday evening
        ("2026-03-28T10:00", "2026-03-30T06:00"),  # the clocks go forward on Sunday
    ],
)
def test_n10_a_mail_at_night_or_at_the_weekend_waits_for_the_morning_but_not_in_the_inbox(
    kinds, sink, now, until
):
    ines = make_user("ines", time_zone="Europe/Berlin")
    now, until = (datetime.fromisoformat(f"{moment}+00:00") for moment in (now, until))
    row = owe(ines, kind="assigned", not_before=now, expires_at=now + timedelta(hours=24))
    reset = owe(ines, kind="reset", not_before=now, expires_at=now + timedelta(hours=1))
    deliver_due(now)
    assert (status(row), row.not_before, status(reset)) == ("queued", until, "sent")
    assert OutboxMail.objects.inbox_of(ines, now).get() == row
    deliver_due(until)
    assert status(row) == "sent"


def test_n31_every_mail_that_can_be_turned_off_says_how_in_one_click(kinds, sink, settings, alice):
    settings.BASE_URL = "https://ballast.example"
    owe(alice)
    owe(alice, kind="reset")
    deliver_due(NOW)
    mails = {mail["List-Id"].split()[1]: mail for _, mail in sink.mails}
    assert mails["security"]["List-Unsubscribe"] is None
    mail = mails["reminders"]
    address = mail["List-Unsubscribe"].strip("<>")
    assert address.startswith("https://ballast.example/unsubscribe/")
    person, category = meant_by(address.rstrip("/").rpartition("/")[2])
    assert (person, category.name) == (alice, "reminders")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"List-Unsubscribe: <{address}>\r\n".encode() in b"".join(sink.contents)
    assert "This belongs to “What you promised”." in body(mail, "text/plain")
    assert "https://ballast.example/notifications/preferences/" in body(mail, "text/plain")


def test_n32_n33_the_posted_link_turns_one_category_off_twice_like_once_without_cookies(client, alice):
    stranger = Client(enforce_csrf_checks=True)
    address = unsubscribe_address(alice, "reviews").removeprefix("http://testserver")
    address = address[address.index("/unsubscribe/") :]
    assert "No more mail about this" in stranger.get(address).content.decode()
    assert not NotificationPreference.objects.exists()
    for _ in range(2):
        answer = stranger.post(address, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "gets no more mail about this" in answer.content.decode()
    assert list(NotificationPreference.objects.values_list("user", "category", "mode")) == [
        (alice.pk, "reviews", "off")
    ]


@pytest.mark.parametrize(("name", "mode"), [("escalations", "portal"), ("learning", None)])
def test_n33_escalations_stay_in_the_portal_and_the_letter_is_stopped_where_it_is_chosen(
    client, alice, name, mode
):
    address = unsubscribe_address(alice, name)
    client.post(address[address.index("/unsubscribe/") :])
    alice.refresh_from_db()
    found = NotificationPreference.objects.values_list("mode", flat=True).first()
    assert (found, alice.gets_learning_letter) == (mode, name != "learning")


@pytest.mark.parametrize("token", ["nonsense", "WzEsInJldmlld3MiXQ:abc", "%00"])
def test_n32_a_link_that_is_not_ours_answers_alike_and_changes_nothing(client, alice, token):
    answer = client.post(f"/unsubscribe/{token}/")
    assert answer.status_code in (200, 400)
    assert not NotificationPreference.objects.exists()


def test_a_digest_leaves_out_what_is_off_and_is_no_mail_when_all_of_it_is_for_the_portal(
    settings, tmp_path, sink, alice, bob
):
    for person in (alice, bob):
        make_action_item(owner=person, due_on=date(2026, 3, 12), next_reminder_at=NOW)
    choose(alice, reminders="portal")
    choose(bob, reminders="off")
    plan_digests(NOW)
    assert deliver_due(NOW) == {"in_portal": 1, "skipped_empty": 1}
    assert OutboxMail.objects.inbox_of(alice, NOW).get().subject == "1 due today - Thu 12 Mar"
    assert not OutboxMail.objects.inbox_of(bob, NOW).exists()


def test_what_is_for_the_digest_is_a_line_of_the_next_one(kinds, sink, settings, alice):
    settings.MAIL_KINDS = {**settings.MAIL_KINDS, "digest": KINDS["digest"]}
    choose(alice, assigned="digest")
    row = owe(alice, kind="assigned", payload={"subject": "ACT-7 is yours now"})
    deliver_due(NOW)
    plan_digests(NOW)
    assert deliver_due(NOW) == {"sent": 1}
    [(_, mail)] = sink.mails
    assert mail["Subject"] == "1 new for you - Thu 12 Mar"
    assert "ACT-7 is yours now" in body(mail, "text/plain")
    assert row.get_absolute_url() in body(mail, "text/plain")
    assert status(row) == "in_digest"


def test_the_page_and_the_api_show_and_change_choices(web, api, alice):
    page = web(alice).get("/notifications/preferences/").content.decode()
    assert "What you are asked as a lead" in page
    url = "/api/v1/notification-preferences/"
    assert api(alice).get(url).json()["reviews"] == "now"
    assert api(alice).patch(url, {"reviews": "digest"}, format="json").json()["reviews"] == "digest"
    answer = api(alice).patch(url, {"escalations": "off"}, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["escalations"])
    assert api(alice).patch(url, {"weather": "off"}, format="json").status_code == 400
