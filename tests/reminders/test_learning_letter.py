"""One letter a week about what could be learnt. 30 November 2026 is a Monday; Berlin's 09:00 is 08:00 UTC."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from apps.accounts.models import Absence, User
from apps.audit.models import AuditEvent
from apps.notifications.models import OutboxMail
from apps.notifications.operations import deliver_due
from apps.postmortems.models import Postmortem
from apps.postmortems.operations import draft_postmortem
from apps.reminders.learning_letter import leave_address, render_learning_letter
from apps.reminders.operations import plan_learning_letters, send_learning_letter_now
from tests.factories import make_action_item, make_incident, make_user

MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
LAST_WEEK = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
LAST_YEAR = datetime(2025, 12, 2, 10, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines(db):
    return make_user("ines", time_zone="Europe/Berlin")


def happened(at=LAST_WEEK, **kw):
    over = {"status": "resolved", "resolved_at": at + timedelta(minutes=41), "status_since": at}
    return make_incident(started_at=at, **over | kw)


def published(incident, at, by, title="Settlement files sent twice"):
    row = draft_postmortem([incident], title=title, now=at, by=by)
    Postmortem.objects.filter(pk=row.pk).update(status="published", published_version=1, published_at=at)
    return Postmortem.objects.get(pk=row.pk)


def letter(person, **payload):
    row = OutboxMail(recipient=person, kind="learning_letter", payload={"monday": "2026-11-23"} | payload)
    return render_learning_letter(row, MONDAY)


def letters():
    return list(OutboxMail.objects.filter(kind="learning_letter").order_by("not_before"))


class TestWhen:
    def test_it_is_due_at_the_readers_hour_on_the_first_working_day_once(self, ines):
        assert plan_learning_letters(MONDAY - timedelta(minutes=1)) == 0
        assert plan_learning_letters(MONDAY) == 1
        for _ in range(3):
            assert plan_learning_letters(MONDAY + timedelta(hours=1)) == 0
        [row] = letters()
        assert row.dedupe_key == f"weekly-learning:{ines.pk}:2026-W49"
        assert (row.not_before, row.expires_at) == (MONDAY, datetime(2026, 12, 2, 17, 0, tzinfo=UTC))
        assert row.payload == {"monday": "2026-11-23"}
        assert plan_learning_letters(MONDAY + timedelta(days=7)) == 1

    def test_who_is_away_on_monday_gets_it_on_return_and_nobody_in_a_week_of_leave(self, ines):
        leave = Absence.objects.create(user=ines, first_on=date(2026, 11, 30), last_on=date(2026, 12, 2))
        assert plan_learning_letters(MONDAY) == 0
        assert plan_learning_letters(MONDAY + timedelta(days=3)) == 1
        leave.last_on = date(2026, 12, 20)
        leave.save()
        assert plan_learning_letters(MONDAY + timedelta(days=7)) == 0

    def test_n24_what_is_missed_goes_out_until_wednesday_evening(self, ines):
        assert plan_learning_letters(MONDAY + timedelta(days=2, hours=9)) == 0
        assert plan_learning_letters(MONDAY + timedelta(days=2, hours=8)) == 1

    def test_each_zone_has_its_own_monday(self, ines):
        make_user("kiri", time_zone="Pacific/Auckland")
        assert plan_learning_letters(datetime(2026, 11, 29, 20, 0, tzinfo=UTC)) == 1
        assert plan_learning_letters(MONDAY) == 1
        assert {row.dedupe_key[-8:] for row in letters()} == {"2026-W49"}

    def test_whoever_left_or_wants_none_gets_none(self, ines, alice):
        User.objects.filter(pk=ines.pk).update(gets_learning_letter=False)
        User.objects.filter(pk=alice.pk).update(is_active=False)
        assert plan_learning_letters(MONDAY) == 0

    def test_a_look_without_news_costs_two_queries(self, ines, django_assert_num_queries):
        plan_learning_letters(MONDAY)
        with django_assert_num_queries(2):
            plan_learning_letters(MONDAY)


class TestWhat:
    def test_it_tells_last_weeks_incidents_the_worst_first_and_new_postmortems(self, ines, checkout, alice):
        minor = happened(severity=3, title="Search is slow", services=[checkout])
        happened(severity=1, title="Cards fail")
        for other in ({"kind": "drill"}, {"status": "cancelled"}, {"at": LAST_WEEK - timedelta(days=7)}):
            happened(**{"title": "Out of sight"} | other)
        row = published(minor, LAST_WEEK + timedelta(days=1), alice)
        mail = letter(ines)
        assert mail.subject == "2 incidents, 1 new postmortem - 23 to 29 Nov"
        for body in (mail.text, mail.html):
            assert body.index("Cards fail") < body.index("Search is slow") < body.index(row.key)
            assert "Out of sight" not in body
        assert "SEV3, lasted 41 min, checkout" in mail.text

    def test_a_weekday_is_that_of_the_reader(self, ines, alice):
        published(happened(), LAST_WEEK.replace(hour=23, minute=30), alice)  # in Berlin it is Thursday
        assert "Published, Thursday" in letter(ines).text

    def test_an_empty_week_sends_nothing(self, ines, settings, tmp_path):
        settings.MAIL_DIR = tmp_path
        plan_learning_letters(MONDAY)
        assert deliver_due(MONDAY) == {"skipped_empty": 1}

    def test_an_older_postmortem_comes_back_when_something_of_it_is_still_open(self, ines, alice):
        row = published(make_incident(by=alice, started_at=LAST_YEAR), LAST_YEAR, alice)
        assert letter(ines) is None
        item = make_action_item(title="Reject a repeated file")
        row.action_items.add(item)
        mail = letter(ines)
        assert mail.subject == "From another year - 23 to 29 Nov"
        assert f"{row.key} Settlement files sent twice\n  Published a year ago" in mail.text
        assert f"Still open from it: {item.key} Reject a repeated file" in mail.text
        type(item).objects.filter(pk=item.pk).update(status="verified")
        assert letter(ines) is None

    def test_an_older_postmortem_comes_back_when_its_service_is_hit_again(self, ines, alice, checkout):
        before = make_incident(by=alice, services=[checkout], started_at=LAST_YEAR)
        row = published(before, LAST_YEAR - timedelta(days=365), alice)
        again = happened(LAST_WEEK - timedelta(days=30), services=[checkout], title="Again")
        mail = letter(ines)
        assert f"Published 2 years ago\n  Its service was hit again: {again.key} Again" in mail.text
        assert row.get_absolute_url() in mail.html

    def test_one_with_an_open_item_goes_before_one_whose_service_was_hit(self, ines, alice, checkout):
        hit = published(make_incident(services=[checkout], started_at=LAST_YEAR), LAST_YEAR, alice)
        owing = published(make_incident(started_at=LAST_YEAR), LAST_YEAR - timedelta(days=365), alice)
        owing.action_items.add(make_action_item())
        happened(services=[checkout])
        text = letter(ines).text
        assert owing.key in text
        assert hit.key not in text

    def test_it_holds_only_what_the_reader_may_see_and_of_private_things_the_key_alone(
        self, root, ines, checkout
    ):
        hidden = happened(title="ZEBRA", is_private=True, by=root, services=[checkout])
        published(hidden, LAST_WEEK, root, title="ZEBRA")
        old = published(make_incident(services=[checkout], started_at=LAST_YEAR), LAST_YEAR, root)
        old.action_items.add(make_action_item(title="ZEBRA", incident=hidden))
        assert letter(ines) is None
        mail = letter(root)
        assert mail.subject == "1 incident, 1 new postmortem - 23 to 29 Nov"
        assert hidden.key in mail.text
        assert "ZEBRA" not in mail.text + mail.html
        assert "checkout" not in mail.text


class TestStopping:
    def test_the_link_shows_a_page_first_and_stops_the_letter_when_asked(self, ines, web, settings):
        settings.BASE_URL = ""
        address = leave_address(ines)
        assert "Stop this letter" in web().get(address).content.decode()
        ines.refresh_from_db()
        assert ines.gets_learning_letter is True
        for _ in range(2):
            assert "no learning letter any more" in web().post(address, follow=True).content.decode()
        ines.refresh_from_db()
        assert ines.gets_learning_letter is False
        assert AuditEvent.objects.get(verb="user.edited").changes == {"gets_learning_letter": [True, False]}
        happened()
        assert letter(ines) is None
        assert letter(ines, test=True) is not None

    def test_a_link_of_somebody_elses_making_stops_nothing(self, ines, web):
        for token in ("x", f"{ines.pk}", leave_address(ines).split("/")[-3][:-1]):
            assert web().post(f"/letters/learning/{token}/stop/").status_code == 404
        ines.refresh_from_db()
        assert ines.gets_learning_letter is True

    def test_it_is_switched_in_the_settings_and_by_a_program(self, ines, web, api):
        form = {"name": "Ines", "time_zone": "Europe/Berlin", "digest_at": "09:00"}
        web(ines).post("/profile/", form)
        ines.refresh_from_db()
        assert api(ines).get("/api/v1/users/me/").json()["gets_learning_letter"] is False
        sent = api(ines).patch(
            "/api/v1/users/me/", {"gets_learning_letter": True}, format="json", headers={"If-Match": "*"}
        )
        assert sent.json()["gets_learning_letter"] is True


def test_anybody_who_writes_may_ask_for_last_weeks_letter_and_it_says_so(ines, ada, web):
    happened(datetime.now(UTC) - timedelta(days=7))
    assert web(ines).post("/notifications/learning_letter/now/").status_code == 302
    [row] = letters()
    assert row.payload["test"] is True
    mail = render_learning_letter(row, datetime.now(UTC))
    assert mail.subject.startswith("Test: 1 incident")
    assert "You asked for this mail." in mail.text
    assert leave_address(ines) in mail.html
    with pytest.raises(PermissionDenied):
        send_learning_letter_now(by=ada, now=MONDAY)
