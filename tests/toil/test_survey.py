"""The survey beside the log (A24): who is asked and when, what is shown of it, and to whom nothing is."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from apps.accounts.models import Absence
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.notifications.models import OutboxMail
from apps.notifications.operations import deliver_due
from apps.toil import operations
from apps.toil.models import SurveyAnswer, ToilSource
from apps.toil.percent import Share
from apps.toil.periods import quarters_until
from apps.toil.surveys.mails import render_survey_open
from apps.toil.surveys.reading import asked_of, surveys_of
from apps.toil.surveys.rules import Answer, Reading, Season, next_opening, ratio, reading_of, result_of
from tests.factories import make_membership, make_team, make_user

pytestmark = pytest.mark.django_db
OPEN = datetime(2026, 3, 17, 12, tzinfo=UTC)  # Tuesday; asked about 16 February to 15 March
CLOSED = date(2026, 4, 3)


def test_a24_survey_and_log_disagree():
    said = result_of([Answer(40, Decimal(9600)), Answer(20, Decimal(9600)), Answer(60, Decimal(4800))])
    assert (said.n, said.mean, said.median, said.lowest, said.highest) == (3, 36, 40, 20, 60)
    assert not said.is_shown  # three people
    logged = Share(100 * 3600, Decimal(400 * 60))
    found = ratio(logged, said)
    assert (logged.shown(), round(float(found), 2)) == ("25.0%", 0.69)
    assert reading_of(found) == Reading.UNDER_LOGGED


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        (None, None),
        (Fraction(7499, 10_000), "under_logged"),
        (Fraction(3, 4), "alike"),
        (Fraction(5, 4), "alike"),
        (Fraction(12_501, 10_000), "unlike"),
    ],
)
def test_the_thresholds_are_compared_exactly(value, reading):
    assert reading_of(value) == reading


def test_what_says_nothing_is_compared_with_nothing():
    nobody = result_of([])
    assert (nobody.n, nobody.mean, nobody.median) == (0, None, None)
    assert ratio(Share(3600, Decimal(60)), result_of([Answer(0, Decimal(60))])) is None
    assert ratio(Share(3600, Decimal(0)), result_of([Answer(10, Decimal(60))])) is None


def test_it_opens_on_a_monday_two_to_three_weeks_before_every_quarter_ends():
    for quarter in quarters_until(date(2030, 1, 1), 20):
        season = Season(quarter)
        assert season.opens_on.weekday() == 0
        assert 14 <= (quarter.end - season.opens_on).days <= 21
        assert (season.about.end, len(season.about.days)) == (season.opens_on, 28)
        assert [season.is_open_on(season.opens_on - timedelta(days=1)), season.is_open_on(quarter.end)] == [
            False
        ] * 2
    opened = [next_opening(date(2026, 1, 1) + timedelta(days=n)) for n in range(400)]
    assert all(before <= now for before, now in pairwise(opened))
    assert (opened[0], next_opening(date(2026, 3, 16))) == (date(2026, 3, 16), date(2026, 6, 15))


def say(person, team, share, *, now=OPEN, **kw):
    return operations.answer_survey(person=person, team=team, share_pct=share, by=person, now=now, **kw)


def test_only_who_had_time_for_the_team_answers_and_only_while_it_is_open(alice, bob, charlie, payments):
    with pytest.raises(PermissionDenied):
        operations.answer_survey(person=bob, team=payments, share_pct=10, by=alice, now=OPEN)
    with pytest.raises(ValidationError, match="had no time"):
        say(charlie, payments, 10)
    with pytest.raises(Conflict, match="2026-03-16"):
        say(bob, payments, 10, now=datetime(2026, 3, 15, 12, tzinfo=UTC))
    with pytest.raises(ValidationError):
        say(bob, payments, 101)
    elsewhere = ToilSource.objects.create(slug="x", name="X", team=make_team())
    with pytest.raises(ValidationError, match="no source of Payments"):
        say(bob, payments, 10, worst=elsewhere)
    Absence.objects.create(user=bob, first_on=date(2026, 2, 16), last_on=date(2026, 3, 13))
    with pytest.raises(ValidationError, match="had no time"):
        say(bob, payments, 10)
    assert not SurveyAnswer.objects.exists()


def test_an_answer_may_be_changed_and_taken_back_and_the_trail_knows_no_share(bob, payments):
    first, second = say(bob, payments, 40), say(bob, payments, 77)
    assert (first.pk, SurveyAnswer.objects.get().share_pct) == (second.pk, 77)
    assert SurveyAnswer.objects.get().capacity_minutes == 4 * 2400
    with pytest.raises(Conflict):
        operations.withdraw_answer(second, by=bob, now=datetime(2026, 4, 1, 12, tzinfo=UTC))
    for _ in range(2):
        operations.withdraw_answer(second, by=bob, now=OPEN)
    events = AuditEvent.objects.filter(verb__startswith="toil_survey").order_by("pk")
    assert list(events.values_list("verb", "changes")) == [
        ("toil_survey.answered", {}),
        ("toil_survey.changed", {}),
        ("toil_survey.withdrawn", {}),
    ]


@pytest.fixture
def four(payments, bob, log, week):
    """Four people with answers, and a log of 160 of 640 hours in the weeks that were asked about."""
    worst = ToilSource.objects.create(slug="certs", name="Certificates", team=payments)
    people = [bob, *(make_user(team=payments) for _ in range(3))]
    for person, share in zip(people, (40, 20, 60, 24), strict=True):
        say(person, payments, share, worst=worst if share > 30 else None)
    for n in range(4):
        monday = date(2026, 2, 16) + timedelta(weeks=n)
        for day in range(5):
            log(bob, payments, hours=8, day=monday + timedelta(days=day), source=worst, occurrences=2)
        week(payments, monday)
    return people


def test_nothing_is_shown_while_it_is_open_nor_of_three(payments, four):
    assert surveys_of(payments, date(2026, 3, 31)) == []
    assert surveys_of(payments, date(2026, 4, 2)) == []  # somewhere it is still March's last evening
    (found,) = surveys_of(payments, CLOSED)
    assert (found.name, found.result.mean, found.logged.exact) == ("2026-Q1", 36, 25)
    assert (found.reading, found.worst) == (Reading.UNDER_LOGGED, [("Certificates", 2)])
    SurveyAnswer.objects.filter(person=four[0]).delete()
    assert surveys_of(payments, CLOSED) == []


def test_a_small_team_is_told_why_nothing_of_it_is_ever_shown(web, bob, charlie, alice, payments):
    pages = [(bob, "/toil/survey/"), (charlie, "/toil/teams/payments/survey/")]
    with time_machine.travel(OPEN, tick=False):
        for reader, page in pages:
            assert "fewer than four people" in web(reader).get(page).content.decode()
        make_membership(make_user("guest"), payments, counts_capacity=False)
        make_user("dora", team=payments)
        assert "fewer than four people" in web(bob).get(pages[0][1]).content.decode()
        make_user("eric", team=payments)
        for reader, page in pages:
            assert "fewer than four people" not in web(reader).get(page).content.decode()


def test_tickets_are_an_estimate_beside_the_log(bob, charlie, payments, four):
    source = ToilSource.objects.get(slug="certs")
    with pytest.raises(PermissionDenied):
        operations.count_tickets(source, day=date(2026, 2, 1), count=50, by=charlie)
    for _ in range(2):
        operations.count_tickets(source, day=date(2026, 2, 1), count=50, by=bob)
    assert AuditEvent.objects.filter(verb="toil_source.tickets_counted").count() == 1
    (found,) = surveys_of(payments, CLOSED)
    (tickets,) = found.tickets
    assert (tickets.usual, found.estimate, tickets.logged_seconds) == (4 * 3600, 200 * 3600, 160 * 3600)
    assert found.logged.exact == 25  # and in no percentage
    assert operations.count_tickets(source, day=date(2026, 1, 1), count=None, by=bob) is None


def test_everybody_who_is_asked_has_one_line_in_one_digest(bob, payments, ada, settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    kiri = make_user("kiri", team=payments, time_zone="Pacific/Auckland")
    make_membership(make_user("guest"), payments, counts_capacity=False)
    assert operations.plan_survey_lines(datetime(2026, 3, 15, 10, tzinfo=UTC)) == 0  # Sunday everywhere
    assert operations.plan_survey_lines(datetime(2026, 3, 15, 13, tzinfo=UTC)) == 1  # Monday in Auckland
    for hour in (12, 13):
        operations.plan_survey_lines(OPEN.replace(hour=hour))
    rows = OutboxMail.objects.filter(kind="survey_open")
    assert {row.recipient for row in rows} == {bob, kiri}
    deliver_due(OPEN)
    row = rows.get(recipient=bob)
    assert (row.status, row.title) == ("for_digest", "Two questions on your toil of 2026-Q1")
    assert "/toil/survey/" in render_survey_open(row, OPEN).text
    say(bob, payments, 30)
    assert render_survey_open(row, OPEN) is None
    assert operations.plan_survey_lines(datetime(2026, 4, 2, 12, tzinfo=UTC)) == 0


def test_one_form_asks_for_all_teams_and_the_team_reads_only_sums(
    web, api, alice, bob, charlie, ada, payments, four
):
    search = make_team(name="Search", slug="search")
    make_membership(bob, search, allocation_pct=50)
    with time_machine.travel(OPEN, tick=False):
        assert "Two questions about" in web(bob).get("/toil/").content.decode()
        page = web(bob).get("/toil/survey/").content.decode()
        assert "your time for Search" in page
        make_membership(
            bob, make_team(name="Apps", slug="apps")
        )  # while he looks at the form: it comes first
        sent = {"share_payments": "101", "worst_payments": "certs", "share_search": "5"}
        refused = web(bob).post("/toil/survey/", sent).content.decode()
        assert "whole percent from 0 to 100" in refused
        half = sent | {"share_payments": ""}
        assert "Say how much it was too" in web(bob).post("/toil/survey/", half).content.decode()
        assert web(bob).post("/toil/survey/", half | {"worst_payments": ""}).status_code == 302
        assert [(row.team.slug, row.answer and row.answer.share_pct) for row in asked_of(bob, OPEN)] == [
            ("apps", None),
            ("payments", None),
            ("search", 5),
        ]
        web(charlie).post("/toil/survey/", sent)
        url, said = "/api/v1/toil/survey/", {"team": "payments", "share_pct": 40, "worst": "certs"}
        answers = api(bob).put(url, {"answers": [said]}, format="json").json()
        assert [(row["team"], row["share_pct"]) for row in answers] == [
            ("apps", None),
            ("payments", 40),
            ("search", None),
        ]
        wrong = api(bob).put(url, {"answers": [said | {"share_pct": 101}]}, format="json")
        assert "share_pct" in str(wrong.json()["errors"]["answers"])
        assert api(charlie).put(url, {"answers": [said]}, format="json").status_code == 400
        assert api(ada).put(url, {"answers": []}, format="json").status_code == 403
        assert api(alice).get(url).json()[0]["share_pct"] is None
        assert SurveyAnswer.objects.filter(person=charlie).count() == 0
    with time_machine.travel(datetime(2026, 4, 3, 12, tzinfo=UTC), tick=False):
        page = web(charlie).get("/toil/teams/payments/survey/").content.decode()
        for words in (
            "36%",
            "20.0%",
            "0.56",
            "under-logging suspected",
            "Certificates (2)",
            "from 20% to 60%",
        ):
            assert words in page, words
        assert web(charlie).get("/toil/teams/payments/survey/?format=csv").status_code == 200
        (body,) = api(charlie).get("/api/v1/teams/payments/toil/surveys/").json()
        assert (body["answers"], body["mean_pct"], body["log_by_survey"]) == (4, 36.0, 0.56)
        assert "No survey is open for you" in web(bob).get("/toil/survey/").content.decode()
        assert api(bob).put(url, {"answers": [said]}, format="json").status_code == 409
        source = "/toil/sources/certs/tickets/"
        assert web(bob).post(source, {"quarter": "2026-Q1", "count": "12"}).status_code == 302
        put = {"quarter": "2026-Q1", "count": 50}
        answer = api(bob).put("/api/v1/toil-sources/certs/tickets/", put, format="json")
        assert answer.json() == [{"quarter": "2026-Q1", "count": 50}]
        assert "Estimate" in web(charlie).get("/toil/teams/payments/survey/").content.decode()
