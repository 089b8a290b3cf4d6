"""N37: today's letter before it is sent, and sent to oneself: nothing but the hour is left out of account."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import Absence
from apps.notifications.models import OutboxMail
from apps.notifications.operations import deliver_due, set_preferences
from apps.reminders.operations import plan_digests, send_digest_now
from tests.factories import make_action_item, make_incident

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MAIL_DIR = tmp_path


@pytest.fixture
def due(bob, root):
    """One of bob's, and one that hangs on what he may not see."""
    yesterday = timezone.localdate() - timedelta(days=1)
    hidden = make_incident(is_private=True, by=root)
    make_action_item(owner=bob, due_on=yesterday, title="Rotate the stolen keys", incident=hidden)
    return make_action_item(owner=bob, due_on=yesterday, title="Give the cache a limit")


def mails(folder):
    return sorted(path.read_text() for path in folder.glob("*.eml"))


def test_n37_the_page_and_the_api_say_what_the_mail_would(due, bob, web, api, settings):
    row = send_digest_now(by=bob, now=timezone.now())
    deliver_due(timezone.now())
    row.refresh_from_db()
    page, told = web(bob).get("/letters/today/"), api(bob).get("/api/v1/digest/").json()
    assert row.subject == f"Test: {told['subject']}"
    assert told["subject"].startswith("1 overdue - ")
    assert told["is_mailed"] is True
    for text in (told["text"], told["html"], page.content.decode(), *mails(settings.MAIL_DIR)):
        assert "Give the cache a limit" in text
        assert "stolen" not in text
    assert "This belongs to" in told["text"]
    frame = web(bob).get("/letters/today/html/")
    assert "Give the cache a limit" in frame.content.decode()
    assert "sandbox" in frame["Content-Security-Policy"]


def test_n37_looking_plans_and_sends_nothing_and_the_days_own_goes_out_all_the_same(due, bob, web, api):
    now = timezone.now()
    for _ in range(2):
        web(bob).get("/letters/today/")
        api(bob).get("/api/v1/digest/")
    assert not OutboxMail.objects.exists()
    type(bob).objects.filter(pk=bob.pk).update(digest_at=now.time())
    type(due).objects.filter(pk=due.pk).update(next_reminder_at=now)
    first, second = (api(bob).post("/api/v1/digest/send/") for _ in range(2))
    assert (first.status_code, first.json()["uuid"]) == (202, second.json()["uuid"])
    if now.weekday() < 5:
        assert plan_digests(now) == 1


def test_n37_what_somebody_chose_holds_for_the_preview_and_for_the_test(due, bob, web, api):
    set_preferences(modes={"reminders": "portal"}, by=bob)
    told = api(bob).get("/api/v1/digest/").json()
    assert (told["is_mailed"], told["subject"][:9]) == (False, "1 overdue")
    assert "in the portal alone" in web(bob).get("/letters/today/").content.decode()
    row = send_digest_now(by=bob, now=timezone.now())
    assert deliver_due(timezone.now()) == {"in_portal": 1}
    row.refresh_from_db()
    assert row.subject.startswith("Test: ")
    set_preferences(modes={"reminders": "off"}, by=bob)
    assert api(bob).get("/api/v1/digest/").json()["subject"] == ""
    assert "Nothing to remind you of" in web(bob).get("/letters/today/").content.decode()


def test_n37_the_preview_says_whether_one_goes_out_by_itself(due, bob, api):
    today = timezone.localdate()
    absence = Absence.objects.create(user=bob, first_on=today, last_on=today)
    assert api(bob).get("/api/v1/digest/").json()["said"].startswith("You do not work today")
    absence.delete()
    key, now = f"digest:{bob.pk}:{today}", timezone.now()
    row = send_digest_now(by=bob, now=now)
    OutboxMail.objects.filter(pk=row.pk).update(dedupe_key=key)
    assert api(bob).get("/api/v1/digest/").json()["said"] == "Today’s is on its way."
    OutboxMail.objects.filter(pk=row.pk).update(status="sent")
    assert api(bob).get("/api/v1/digest/").json()["said"].startswith("Today’s went out already")
    assert api(bob).get("/api/v1/digest/").json()["text"]


def test_an_auditor_looks_and_asks_for_nothing(ada, web, api):
    assert web(ada).get("/letters/today/").status_code == 200
    assert api(ada).post("/api/v1/digest/send/").status_code == 403
