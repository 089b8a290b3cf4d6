"""The pages: what they show, whom they turn away, what they cost."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import WorkSchedule
from apps.toil import operations
from apps.toil.models import TeamWeek, ToilEntry
from apps.toil.periods import Period, last_weeks, week_of
from apps.toil.sources.largest import top_sources
from tests.factories import (
    make_action_item,
    make_incident,
    make_membership,
    make_service,
    make_team,
    make_user,
)
from tests.toil.conftest import W10, days

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 12, tzinfo=UTC)  # a Thursday
OVERVIEW, NEW = reverse("toil:overview"), reverse("toil:new")


@pytest.fixture(autouse=True)
def _thursday():
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(team, query=""):
    return reverse("toil:team", args=[team.slug]) + query


def text_of(response):
    assert response.status_code == 200, response
    return response.content.decode()


def fields(**kw):
    return {
        "text": "Restart stuck consumer",
        "duration": "25m",
        "team": "payments",
        "once": uuid4().hex,
        **kw,
    }


def cost(client, url, **kw):
    with CaptureQueriesContext(connection) as found:
        assert client.get(url, **kw).status_code == 200
    return len(found)


def test_strangers_are_turned_away(web, bob, payments, log):
    entry = log(bob, payments, minutes=5)
    for url in (OVERVIEW, NEW, page_of(payments), reverse("toil:team_list"), entry.get_absolute_url()):
        answer = web().get(url)
        assert (answer.status_code, "login" in answer.url) == (302, True)


def test_logging_a_line_moves_the_teams_number_at_once(web, bob, payments):
    answer = web(bob).post(NEW, {"line": "25 min restart ingest #interrupt", "once": "a"}, follow=True)
    entry = ToilEntry.objects.get()
    assert (entry.seconds, entry.team, entry.category) == (1500, payments, "production_interrupt")
    assert "Logged 25 min for Payments. Its week: 1.3% toil." in text_of(answer)
    assert "This week so far" in (page := text_of(web(bob).get(page_of(payments))))
    assert ">5.2%<" not in page  # three days are over, and today counts as it has an entry
    assert "1.3%" in page
    assert "restart ingest" in page
    WorkSchedule.objects.all().delete()
    answer = web(bob).post(NEW, {"line": "5 min restart ingest ^2026-01-05", "once": "b"}, follow=True)
    assert "Nobody has working hours for it in that week, so there is no share of toil yet." in text_of(
        answer
    )


def test_logging_by_fields_goes_back_to_the_team(web, bob, checkout):
    sent = fields(
        service="checkout", category="migration", trigger="ticket", back="team", local_date="2026-03-10"
    )
    answer = web(bob).post(NEW, sent)
    assert answer.url.partition("?")[0] == reverse("toil:team", args=["payments"])
    entry = ToilEntry.objects.get()
    assert (entry.service, entry.category, entry.trigger) == (checkout, "migration", "ticket")
    assert entry.local_date.isoformat() == "2026-03-10"


def test_what_the_line_says_wins_over_the_fields(web, bob, search):
    web(bob).post(NEW, fields(line="10:00-10:20 deploy ~search ^yesterday", duration="3h"))
    entry = ToilEntry.objects.get()
    assert (entry.text, entry.team, entry.seconds) == ("deploy", search, 1200)
    assert entry.started_at == datetime(2026, 3, 11, 10, tzinfo=UTC)


def test_who_goes_back_and_logs_other_work_has_logged_both(web, bob, payments):
    client = web(bob)
    for line in ("25m restart stuck consumer", "40m rotate a key", "25m restart stuck consumer"):
        client.post(NEW, fields(line=line, once="k"))
    assert sorted(ToilEntry.objects.values_list("seconds", flat=True)) == [1500, 2400]


def test_a_double_click_logs_once(web, bob, payments):
    sent = fields()
    first, second = web(bob).post(NEW, sent), web(bob).post(NEW, sent)
    assert first.url == second.url
    assert ToilEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"line": "25h all of it"}, "at most 24 hours"),
        ({"line": "restart ingest"}, "Say how long it took"),
        ({"line": "25m"}, "Say in a few words what it was."),
        ({"duration": ""}, "Say how long it took"),
        ({"duration": "soon"}, "Write a time such as 25m"),
        ({"duration": "0"}, "more than zero"),
        ({"duration": "", "times": "10:00-09:00"}, "end comes before the start"),
        ({"duration": "", "times": "11:00-13:00"}, "lies in the future"),
        ({"duration": "25m", "times": "9:00-9:30"}, "From and to are 30 min. Empty one of the two."),
        ({"local_date": "2026-03-13"}, "lies in the future"),
        ({"local_date": "0001-01-01"}, "between 1970 and 2100"),
        ({"incident": "INC-999"}, "no such incident"),
        ({"occurrences": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_refusal_keeps_what_was_typed(web, bob, payments, given, words):
    sent = fields(**given)
    if "line" in given:
        sent |= {"text": "", "duration": ""}
    page = text_of(web(bob).post(NEW, sent))
    assert words in page
    for value in given.values():
        assert value in page
    assert not ToilEntry.objects.exists()


def test_a_private_incident_is_as_unknown_as_none(web, bob, payments):
    incident = make_incident(is_private=True)
    page = text_of(web(bob).post(NEW, fields(incident=incident.key)))
    assert "There is no such incident that you may see." in page
    web(bob).post(NEW, {"line": f"5m look +{incident.key}", "once": "b"})
    entry = ToilEntry.objects.get()
    assert (entry.incident, entry.text) == (None, f"look +{incident.key}")


def test_htmx_gets_the_refused_form_with_422(web, bob, payments):
    assert web(bob).post(NEW, fields(duration="0"), headers={"HX-Request": "true"}).status_code == 422


def test_the_echo_shows_how_a_line_is_read_and_saves_nothing(web, bob, payments, checkout):
    url = reverse("toil:echo")
    page = text_of(web(bob).get(url, {"line": "1,5h certs @checkout #migration !ticket x3 ^yesterday"}))
    for words in ("1 h 30 min", "checkout", "Migration", "Ticket", "3 times", "certs", "Wed 11 Mar"):
        assert words in page
    assert "more than zero" in text_of(web(bob).get(url, {"line": "0 x"}))
    assert "no time yet" in text_of(web(bob).get(url, {"line": "restart"}))
    assert text_of(web(bob).get(url)).strip() == ""
    assert not ToilEntry.objects.exists()


def test_auditors_read_and_log_nothing(web, ada, payments):
    assert "Log toil</h2>" not in text_of(web(ada).get(page_of(payments)))
    assert "Log toil</h2>" not in text_of(web(ada).get(OVERVIEW))
    assert web(ada).get(NEW).status_code == 403
    assert web(ada).post(NEW, fields()).status_code == 403


def test_what_one_may_not_see_is_not_there(web, bob, charlie, root, payments, log):
    entry = log(bob, payments, minutes=5)
    for somebody in (charlie, root):
        assert web(somebody).get(entry.get_absolute_url()).status_code == 404
        assert web(somebody).get(reverse("toil:entry_edit", args=[entry.uuid])).status_code == 404
        assert web(somebody).post(reverse("toil:entry_delete", args=[entry.uuid])).status_code == 404
        assert "Restart stuck" not in text_of(web(somebody).get(OVERVIEW))
    assert web(charlie).get(reverse("toil:team", args=["nowhere"])).status_code == 404


def test_an_entry_is_edited_in_its_own_zone(web, payments):
    kim = make_user(team=payments, time_zone="America/Los_Angeles")
    start = datetime(2026, 3, 10, 17, tzinfo=UTC)  # 10:00 over there
    ends = {"started_at": start, "ended_at": start + timedelta(minutes=30)}
    entry = operations.log_entry(person=kim, team=payments, text="Rollback", by=kim, now=NOW, **ends)
    url = reverse("toil:entry_edit", args=[entry.uuid])
    assert 'value="10:00-10:30"' in text_of(web(kim).get(url))
    sent = fields(duration="", times="10:00-11:00", local_date="2026-03-10", version="1", text="Rollback")
    assert web(kim).post(url, sent).url == entry.get_absolute_url()
    entry.refresh_from_db()
    assert (entry.started_at, entry.seconds, entry.version) == (start, 3600, 2)


@pytest.mark.parametrize(("start", "lasts"), [(37, 1475), (10, 40), (0, 10 * 3600)])
def test_new_words_leave_a_measured_time_as_it_was_measured(web, bob, payments, log, start, lasts):
    began = datetime(2026, 3, 8, 22, tzinfo=UTC) + timedelta(seconds=start)
    entry = log(bob, payments, started_at=began, ended_at=began + timedelta(seconds=lasts))
    url = reverse("toil:entry_edit", args=[entry.uuid])
    shown = web(bob).get(url).context["form"].initial
    sent = {name: value for name, value in shown.items() if value is not None}
    assert web(bob).post(url, sent | {"text": "Rotate certificates"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.text, entry.started_at, entry.seconds) == ("Rotate certificates", began, lasts)


def test_a_stale_edit_is_refused_with_the_text_kept(web, bob, payments, log):
    entry = log(bob, payments, minutes=5)
    url = reverse("toil:entry_edit", args=[entry.uuid])
    web(bob).post(url, fields(version="1", duration="10m"))
    page = text_of(web(bob).post(url, fields(version="1", text="My own words")))
    assert "Somebody else saved this" in page
    assert "My own words" in page


def test_deleting_needs_post_and_the_version_that_was_seen(web, bob, payments, log):
    entry = log(bob, payments, minutes=5)
    url = reverse("toil:entry_delete", args=[entry.uuid])
    assert web(bob).get(url).status_code == 405
    web(bob).post(url, {"version": "7"})
    assert ToilEntry.objects.exists()
    other = log(bob, payments, minutes=5)
    assert (
        web(bob).post(reverse("toil:entry_delete", args=[other.uuid]), {"version": "9" * 5000}).status_code
        == 302
    )
    assert web(bob).post(url, {"version": "1"}).url == OVERVIEW
    assert not ToilEntry.objects.exists()
    url = reverse("toil:entry_delete", args=[log(bob, payments, minutes=5).uuid])
    assert web(bob).post(url, {"version": "9" * 5000}).url == OVERVIEW  # more than Python reads as a number


def test_the_detail_page_says_what_counts(web, bob, payments, log):
    start = datetime(2026, 3, 8, 23, tzinfo=UTC)
    log(bob, payments, started_at=start, ended_at=start + timedelta(hours=2))
    entry = log(bob, payments, started_at=start, ended_at=start + timedelta(hours=2), text="Again")
    page = text_of(web(bob).get(entry.get_absolute_url()))
    assert "since another entry claims part of the same time" in page
    assert page.count("30 min on") == 2


def test_a_lead_sees_of_a_private_incident_only_that_there_is_one(
    web, alice, bob, payments, read_by_leads, log
):
    incident = make_incident(is_private=True, title="Break-in")
    entry = log(bob, payments, minutes=5, incident=incident)
    page = text_of(web(alice).get(entry.get_absolute_url()))
    assert "A private one" in page
    assert incident.key not in page
    url = reverse("toil:entry_edit", args=[entry.uuid])
    assert incident.key not in text_of(web(alice).get(url))
    web(alice).post(url, fields(version="1"))
    web(bob).post(url, fields(version="2", incident=incident.key, text="Mine"))
    entry.refresh_from_db()
    assert (entry.incident, entry.version, entry.text) == (incident, 3, "Mine")


def test_the_list_filters_sorts_and_exports(web, alice, bob, payments, read_by_leads, checkout, log):
    log(bob, payments, minutes=5, text="Rotate certs", service=checkout, category="migration")
    log(alice, payments, minutes=50, text="=cmd", trigger="page", day=days(3)[2])
    client = web(alice)

    def shown(query):
        page = text_of(client.get(OVERVIEW + query, headers={"HX-Request": "true"}))
        return [text for text in ("Rotate certs", "=cmd") if text in page]

    assert shown("") == ["Rotate certs", "=cmd"]
    for query in (
        "?q=rotate",
        "?service=checkout",
        "?category=migration",
        "?person=bob",
        "?until=2026-03-02",
    ):
        assert shown(query) == ["Rotate certs"], query
    assert shown("?trigger=page&since=2026-03-03&team=payments&kind=toil") == ["=cmd"]
    assert shown("?kind=overhead") == []
    lines = b"".join(client.get(OVERVIEW + "?format=csv&sort=time")).decode().splitlines()
    assert lines[0].startswith("\ufeffdate,minutes,text,team,service")
    assert [line.split(",")[2] for line in lines[1:]] == ["Rotate certs", "'=cmd"]


def test_empty_lists_say_what_they_are_for(web, bob, payments):
    assert "Nothing logged yet" in text_of(web(bob).get(OVERVIEW))
    assert "No entry matches these filters" in text_of(web(bob).get(OVERVIEW + "?q=nothing"))


def test_the_first_admin_of_an_empty_portal_sees_every_page_about_toil(web, root):
    pages = ["", "new/", "week/", "teams/", "pareto/", "ledger/", "reductions/", "sources/", "drivers/"]
    for page in (*pages, "imports/", "imports/new/", "recurring/", "checkins/", "services/", "survey/"):
        assert web(root).get(f"/toil/{page}").status_code == 200, page


def test_own_week_is_measured_over_all_teams(web, payments, search, log):
    bob = make_user()
    make_membership(bob, payments, allocation_pct=60)
    make_membership(bob, search, allocation_pct=40)
    for day in days(4, first=W10 + timedelta(days=7)):
        log(bob, payments, minutes=168, day=day)
    page = text_of(web(bob).get(OVERVIEW))
    assert "35.0%" in page
    assert "4 of 5 days" in page


def test_the_team_page_tells_share_cap_sources_and_formula(web, alice, bob, payments, checkout, log):
    for day in days(5):
        log(bob, payments, hours=6, day=day, service=checkout)
    log(alice, payments, hours=4, text="restart STUCK consumer", service=checkout)
    log(alice, payments, hours=2, text="Grant access", category="business_process")
    operations.recompute_dirty_weeks(NOW)
    page = text_of(web(bob).get(page_of(payments, "?period=4-weeks")))
    for words in (
        "cap 50%",
        "How this is computed",
        "checkout",
        "34",
        "Two engineers, week 11",
        "Show as a table",
    ):
        assert words in page, words
    assert "Alice" not in page.split("<main")[1]
    for period in ("quarter", "year", "nonsense"):
        text_of(web(bob).get(page_of(payments, f"?period={period}")))


def test_top_sources_do_not_name_the_work_on_private_incidents(web, bob, charlie, payments, log):
    incident, quiet = make_incident(is_private=True), make_service(slug="quiet-one")
    log(bob, payments, hours=1, text="Lock out the intruder", incident=incident, service=quiet)
    log(bob, payments, hours=1, text="Rotate what the intruder saw", item=make_action_item(incident=incident))
    page = text_of(web(charlie).get(page_of(payments)))
    assert "intruder" not in page
    assert "Work on a private incident" in page
    (row,) = top_sources(payments, last_weeks(NOW.date(), 2), 3600).top
    assert (row.text, row.service) == ("Work on a private incident", "")


def test_sources_of_one_name_are_one_and_a_long_night_counts_on_its_third_date(
    bob, payments, checkout, quota, log
):
    bob.time_zone = "Europe/Berlin"
    bob.save()
    start = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # 23:30 on the day before one of 23 hours
    log(bob, payments, started_at=start, ended_at=start + timedelta(hours=24), text="Hold the bridge")
    third = Period(date(2026, 3, 30), date(2026, 3, 31))
    assert [(row.text, row.seconds) for row in top_sources(payments, third, 0).top] == [
        ("Hold the bridge", 1800)
    ]
    other = operations.add_source(name="Quota tickets", slug="other", team=payments, service=checkout, by=bob)
    for source, text, hours in (
        (quota, "x", 3),
        (other, "y", 4),
        (None, "Ask  twice", 2),
        (None, "ask  Twice", 1),
    ):
        log(bob, payments, hours=hours, text=text, source=source)
    found = top_sources(payments, week_of(W10), 0, count=1)
    assert [(row.text, row.service, row.seconds) for row in found.top] == [
        ("Quota tickets", "checkout", 7 * 3600)
    ]
    assert (found.other_count, found.other_seconds, found.is_cut) == (1, 3 * 3600, False)


def test_a_team_without_people_has_no_capacity_and_a_page(web, bob, search):
    operations.recompute_dirty_weeks(NOW)
    page = text_of(web(bob).get(page_of(search)))
    assert "no capacity" in page
    assert ">0.0%<" not in page


def test_a_page_that_is_behind_says_so(web, bob, payments, log):
    log(bob, payments, minutes=5)
    assert "being recomputed" in text_of(web(bob).get(page_of(payments)))
    operations.recompute_dirty_weeks(NOW)
    assert "being recomputed" not in text_of(web(bob).get(page_of(payments)))


def test_the_weeks_of_a_team_export(web, bob, payments, log):
    log(bob, payments, hours=4)
    operations.recompute_dirty_weeks(NOW)
    answer = web(bob).get(page_of(payments, "?format=csv"))
    lines = b"".join(answer).decode().splitlines()
    assert lines[1] == "2026-W10,2026-03-02,14400,0,0,0,2400.00,10.00,,100.00,0.00,yes,5,5"


def test_what_the_charts_of_a_team_show_is_there_as_rows_and_as_a_picture(web, bob, payments, log):
    log(bob, payments, hours=4, text="restart ingest")
    operations.recompute_dirty_weeks(NOW)
    client = web(bob)
    shares = b"".join(client.get(page_of(payments, "?format=csv&chart=share"))).decode().splitlines()
    assert shares[0].endswith("week,Other,total")
    assert any(line.endswith(",10.0000,10.0000") for line in shares)
    sources = b"".join(client.get(page_of(payments, "?format=csv&chart=sources"))).decode().splitlines()
    assert sources[1] == "restart ingest,14400,100"
    for chart, said in (("share", "cap 50%"), ("sources", "restart ingest")):
        picture = client.get(page_of(payments, f"?format=svg&chart={chart}")).content.decode()
        assert picture.startswith("<svg xmlns")
        assert said in picture
    assert client.get(page_of(payments, "?format=svg&chart=none")).status_code == 200


def test_all_teams_stand_by_name_and_the_organisation_is_a_sum(web, bob, payments, search, log):
    log(bob, payments, hours=8)
    make_user(team=search)
    for team in (payments, search):
        operations.recompute_weeks(team, [W10], now=NOW)
    page = text_of(web(bob).get(reverse("toil:team_list")))
    assert "At least 10.0% and at most 100.0% of all capacity" in page
    assert page.index(">Payments<", page.index("<tbody")) < page.index(">Search<", page.index("<tbody"))
    lines = b"".join(web(bob).get(reverse("toil:team_list") + "?format=csv")).decode().splitlines()
    assert lines[1] == "payments,28800,2400.00,20.00,,100.00,0.00,0,0,0,50.0,toil,20.00"


def test_pages_cost_the_same_for_one_row_and_ten(web, alice, payments, log):
    client = web(alice)
    urls = [OVERVIEW, page_of(payments), page_of(payments, "?period=year"), reverse("toil:team_list")]

    def fill(count):
        for _ in range(count):
            other, service = make_user(team=payments), make_service()
            log(other, payments, hours=1, service=service, incident=make_incident(), category="migration")
            make_team()
        operations.recompute_dirty_weeks(NOW)

    for _ in range(2):  # the second time the closed week is changed
        fill(1)
    before = [cost(client, url) for url in urls]
    assert max(before[1:3]) <= 23
    fill(9)
    assert [cost(client, url) for url in urls] == before
    assert TeamWeek.objects.exists()
