"""One's own week as a table: what is seen, written, refused and kept."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Absence
from apps.audit.models import AuditEvent
from apps.toil import operations
from apps.toil.models import ToilEntry, WeekCheckin
from tests.factories import make_incident, make_membership, make_service, make_user
from tests.toil.conftest import W10, W11

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 12, tzinfo=UTC)  # the Thursday of week 11
MON, TUE, WED, THU, FRI = (W11 + timedelta(days=n) for n in range(5))
CHORE = "Restart stuck consumer"


@pytest.fixture(autouse=True)
def _thursday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def quota(alice, payments, checkout):
    return operations.add_source(
        name="Quota tickets", slug="quota", team=payments, by=alice, service=checkout, trigger="ticket"
    )


class Table:
    """The page in one window of bob's: it is read, written over and sent as a browser would."""

    def __init__(self, client, week="2026-W11", query=""):
        self.client, self.url = client, reverse("toil:my_week", args=[week])
        self.answer = client.get(self.url + query)
        assert self.answer.status_code == 200

    @property
    def grid(self):
        return self.answer.context["grid"]

    @property
    def page(self):
        return self.answer.content.decode()

    def row(self, text):
        return next(row for row in self.grid.rows if text == (row.about and row.about.text))

    def field(self, text, day):
        return f"t-{self.row(text).name}-{day.weekday()}"

    def fields(self):
        found = {}
        for row in self.grid.rows:
            if row.about and not row.is_fixed:
                found |= {f"what-{row.name}": row.packed, f"was-{row.name}": row.shown}
            found |= {f"{part}-{row.name}": row.asked.get(part, "") for part in ("line", "source", "team")}
            cells = [(place, cell) for place, cell in enumerate(row.cells) if cell.is_open]
            found |= {f"t-{row.name}-{place}": cell.value for place, cell in cells}
        return found

    def write(self, text, day, value):
        return {self.field(text, day): value}

    def send(self, *written, **more):
        sent = self.fields()
        for each in written:
            sent |= each
        self.answer = self.client.post(self.url, sent | more, follow=True)
        assert self.answer.status_code == 200
        return self


def logged(person):
    rows = ToilEntry.objects.filter(person=person).order_by("local_date", "pk")
    return [(row.local_date, row.seconds // 60, row.text) for row in rows]


def test_cells_add_change_and_remove_and_saving_again_changes_nothing(web, bob, payments, log):
    log(bob, payments, minutes=25, day=MON)
    log(bob, payments, minutes=10, day=TUE)
    table = Table(web(bob))
    written = [table.write(CHORE, MON, "1:30"), table.write(CHORE, TUE, ""), table.write(CHORE, WED, "3x10m")]
    twin = Table(web(bob))
    assert "Saved: 1 added, 1 changed, 1 removed." in table.send(*written).page
    assert logged(bob) == [(MON, 90, CHORE), (WED, 30, CHORE)]
    assert ToilEntry.objects.get(local_date=WED).occurrences == 3
    assert table.row(CHORE).cells[2].value == "3x10m"
    verbs = ["toil_entry.edited", "toil_entry.deleted", "toil_entry.logged"]
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))[-3:] == verbs
    assert operations.recompute_weeks(payments, [W11], now=NOW) == 0  # the team's number is there already
    versions = list(ToilEntry.objects.values_list("pk", "version"))
    assert "Nothing has changed." in twin.send(*written).page  # the same form, sent a second time
    assert "Nothing has changed." in table.send().page
    assert list(ToilEntry.objects.values_list("pk", "version")) == versions


def test_two_windows_lose_nothing(web, bob, payments, log):
    log(bob, payments, minutes=25, day=MON)
    one, two = Table(web(bob)), Table(web(bob))
    one.send(one.write(CHORE, MON, "40"), one.write(CHORE, TUE, "5"))
    two.send(two.write(CHORE, WED, "7"))  # what it did not touch stays as the other wrote it
    assert [minutes for _, minutes, _ in logged(bob)] == [40, 5, 7]
    late = [{"t-0-0": "50", "t-0-1": "", "t-0-2": "8", "was-0": two.row(CHORE).shown}]
    one.send(one.write(CHORE, MON, ""), one.write(CHORE, WED, "60"))  # one saw neither of them change
    assert "7m stands here by now" in one.page
    assert 'value="60"' in one.page
    assert [minutes for _, minutes, _ in logged(bob)] == [40, 5, 7]  # all of it or nothing
    one.send()
    assert [minutes for _, minutes, _ in logged(bob)] == [5, 60]  # now it was seen
    assert "was removed meanwhile" in two.send(*late).page
    assert "1h stands here by now" in two.page


def test_what_holds_more_than_one_duration_is_read_and_led_to(web, bob, payments, log):
    log(bob, payments, minutes=10, day=MON)
    log(bob, payments, minutes=5, day=MON)
    start = datetime(2026, 3, 10, 23, 40, tzinfo=UTC)
    entry = log(bob, payments, started_at=start, ended_at=start + timedelta(minutes=40))
    table = Table(web(bob))
    cells = table.row(CHORE).cells
    assert [(cell.is_open, cell.seconds // 60) for cell in cells[:5]] == [
        (False, 15),
        (False, 20),
        (False, 20),
        (True, 0),
        (False, 0),  # tomorrow
    ]
    assert f'href="{entry.get_absolute_url()}"' in table.page
    assert "2 entries" in table.page
    assert "?person=bob&amp;since=2026-03-09&amp;until=2026-03-09" in table.page
    table.send({"t-0-0": "55", "t-0-1": "55", "t-0-4": "5"})  # there are no such fields
    assert "lies in the future" in table.page
    assert len(logged(bob)) == 3


def test_rows_come_from_four_weeks_and_last_weeks_times_are_copied(web, bob, payments, quota, log):
    log(bob, payments, minutes=30, day=W10, source=quota, text="For the search team")
    log(bob, payments, minutes=20, day=W10, source=quota)
    log(bob, payments, minutes=9, day=W10 + timedelta(days=4), text="Friday's")
    log(bob, payments, minutes=15, day=W11 - timedelta(days=28), text="Certificates", kind="ops_other")
    log(bob, payments, minutes=15, day=W11 - timedelta(days=29), text="Too long ago")
    log(bob, payments, minutes=15, day=W10, text="An incident", incident=make_incident())
    table = Table(web(bob), query="?fill=last")
    assert [row.about and row.about.text for row in table.grid.rows] == [
        "Certificates",
        "Friday's",
        "Quota tickets",
        None,
    ]
    assert [cell.value for cell in table.row("Quota tickets").cells] == ["50m", *[""] * 6]
    assert [cell.value for cell in table.row("Friday's").cells] == [""] * 7  # the day is still to come
    assert logged(bob)[-1][0] < W11  # nothing is saved by it
    table.send(table.write("Certificates", TUE, "12"))
    made = ToilEntry.objects.filter(local_date__gte=W11).order_by("local_date")
    told = [(row.text, row.seconds // 60, row.kind, row.source, row.trigger) for row in made]
    assert told == [
        ("Quota tickets", 50, "toil", quota, "ticket"),
        ("Certificates", 12, "ops_other", None, ""),
    ]
    operations.edit_source(quota, changes={"status": "retired"}, by=bob)
    names = [row.about and row.about.text for row in Table(web(bob), "2026-W12").grid.rows]
    assert names == ["Certificates", "Friday's", None]


def test_a_new_row_is_read_as_a_line_without_its_time(web, bob, payments, search, quota):
    table = Table(web(bob))
    first = {"line-n0": "kick stuck job @checkout ~search #interrupt", "t-n0-0": "25"}
    second = {"source-n1": "quota", "kind-n1": "ops_other", "t-n1-1": "5"}
    table.send(first, second)
    made = ToilEntry.objects.order_by("local_date")
    assert [(row.text, row.team, row.service.slug, row.category, row.kind) for row in made] == [
        ("kick stuck job", search, "checkout", "production_interrupt", "toil"),
        ("Quota tickets", payments, "checkout", "other", "ops_other"),
    ]
    table.send(first, second)
    assert "is in" not in table.page
    assert len(logged(bob)) == 2


def test_every_cell_that_cannot_be_says_so_and_nothing_is_saved_or_lost(web, bob, payments, log):
    log(bob, payments, minutes=25, day=MON)
    table = Table(web(bob))
    new = {"line-n0": "25m certs", "t-n0-1": "10", "line-n1": "", "t-n1-0": "7", "line-n2": "lonely"}
    new |= {"line-n3": CHORE, "t-n3-0": "9", "line-n4": CHORE, "t-n4-2": "8"}
    table.send(
        table.write(CHORE, MON, "soon"), table.write(CHORE, TUE, "25h"), table.write(CHORE, WED, "0"), new
    )
    for words in (
        "seven things need a change",
        "Write a time such as 25m",
        "at most 24 hours",
        "more than zero",
        "The time goes into the cell of its day.",
        "Say in a few words what it was",
        "Write a time into one of its days",
        "This work has a row above",
    ):
        assert words in table.page, words
    for typed in ("soon", "25h", "25m certs", "lonely"):
        assert f'value="{typed}"' in table.page
    assert logged(bob) == [(MON, 25, CHORE)]


FORGED = [
    {"what-0": "[]"},
    {"what-0": '{"team": "nowhere"}'},
    {"what-0": '{"team": "payments", "text": "x", "kind": "nap"}'},
    {"what-0": '{"team": "payments", "text": "\\u0000"}'},
    {"what-0": '{"team": "payments", "text": "\\ud800"}'},
    {"what-0": '{"team": "\\u0000"}'},
    {"what-0": "[" * 2000},
    {"what-0": '{"team": 1}'},
    {"was-0": "x.y.z,," + "q" * 5000},
    {"source-n0": "none-such"},
    {"source-n0": "\0"},
    {"line-n0": "x", "team-n0": "none-such"},
    {"t-0-0": "9" * 400},
]


def test_a_forged_form_saves_nothing_and_breaks_nothing(web, bob, payments, log):
    log(bob, payments, minutes=25, day=MON)
    table = Table(web(bob))
    read = table.answer
    for forged in FORGED:
        table.send(table.write(CHORE, MON, "30"), table.write(CHORE, TUE, "30"), {"t-n0-2": "5"}, forged)
        assert "Nothing is saved yet" in table.page, forged
        assert logged(bob) == [(MON, 25, CHORE)]
        table.answer = read


@pytest.mark.parametrize("words", ["😀" * 300, '"' * 300])
def test_a_row_of_many_letters_may_be_written_over(web, bob, payments, log, words):
    log(bob, payments, minutes=25, day=MON, text=words)
    table = Table(web(bob))
    table.send(table.write(words, MON, "30"))
    assert logged(bob) == [(MON, 30, words)]


def test_a_private_incident_keeps_its_row_for_who_wrote_it(web, bob, payments, log):
    incident = make_incident()
    log(bob, payments, minutes=25, day=MON, incident=incident)
    type(incident).objects.filter(pk=incident.pk).update(is_private=True)
    table = Table(web(bob))
    table.send(table.write(CHORE, MON, "30"))
    assert logged(bob) == [(MON, 30, CHORE)]
    hidden = make_incident(is_private=True)
    forged = table.row(CHORE).packed.replace(incident.key, hidden.key)
    assert "no longer there" in table.send({"what-0": forged}, table.write(CHORE, TUE, "5")).page


def test_the_week_is_confirmed_with_what_is_typed(web, bob, payments, search, log):
    make_membership(bob, search)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):  # the last working day
        log(bob, payments, minutes=25, day=MON, now=NOW)
        table = Table(web(bob))
        refused = table.send(table.write(CHORE, TUE, "40"), confirm_empty="payments")
        assert "1 h 05 min of toil are logged" in refused.page
        assert 'value="40"' in refused.page
        assert logged(bob) == [(MON, 25, CHORE)]
        table.send(confirm="payments")
        assert "2026-W11 is confirmed for Payments." in table.page
        table.send(confirm_empty="search")
        rows = WeekCheckin.objects.order_by("team__name")
        assert [(row.team, row.nothing_to_add) for row in rows] == [(payments, False), (search, True)]
        assert [minutes for _, minutes, _ in logged(bob)] == [25, 40]
        gone = web(bob).post(reverse("toil:week_withdraw", args=["search", "2026-W11"]), {"back": "week"})
        assert gone.url == table.url
        assert web(bob).post(table.url, {"confirm": "nowhere"}).status_code == 404
    assert "can be confirmed from" in Table(web(bob)).send(confirm="search").page


def test_weeks_over_a_change_of_the_clocks_and_before_a_membership(web, payments, log):
    kim = make_user("kim", time_zone="Europe/Berlin")
    make_membership(kim, payments, valid_from=date(2026, 3, 31))
    start = datetime(2026, 3, 28, 22, tzinfo=UTC)  # Sat 23:00 to Sun 04:00, an hour of which there was not
    spring = log(kim, payments, started_at=start, ended_at=start + timedelta(hours=4), tz="Europe/Berlin")
    assert spring.seconds == 240 * 60
    Absence.objects.create(user=kim, first_on=date(2026, 4, 2), last_on=date(2026, 4, 2))
    with time_machine.travel(datetime(2026, 4, 9, 12, tzinfo=UTC), tick=False):
        table = Table(web(kim), "2026-W13")
        assert [cell.seconds // 60 for cell in table.row(CHORE).cells] == [0, 0, 0, 0, 0, 60, 180]
        assert [day.capacity for day in table.grid.days] == [None] * 7
        assert "You counted for no team in this week" in table.page
        table.send(table.write(CHORE, date(2026, 3, 23), "30"))  # a guest's hours are shown, too
        assert logged(kim)[0] == (date(2026, 3, 23), 30, CHORE)
        assert "That is all" not in table.page
        table = Table(web(kim), "2026-W14")
        assert [day.capacity for day in table.grid.days] == [None, 480, 480, 0, 480, 0, 0]
        assert "That is all" in table.page
    with time_machine.travel(datetime(2026, 10, 26, 12, tzinfo=UTC), tick=False):
        table = Table(web(kim), "2026-W43")
        table.send({"line-n0": CHORE, "t-n0-6": "90"})
        assert [cell.seconds // 60 for cell in table.row(CHORE).cells][-1] == 90


def test_the_page_is_ones_own_and_costs_the_same_however_much_there_is(web, bob, alice, payments, log):
    log(alice, payments, minutes=25, day=MON, text="Of alice")
    log(bob, payments, minutes=25, day=MON)
    client = web(bob)
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as found:
            assert "Of alice" not in Table(client).page
        costs.append(len(found))
        for n in range(12):
            log(bob, payments, minutes=5, day=TUE, text=f"Chore {n}", service=make_service())
    assert costs[0] == costs[1]
    assert client.get(reverse("toil:my_week_now")).context["week"] == "2026-W11"
    for week in ("2026-W54", "x", "9999-W01"):
        assert client.get(reverse("toil:my_week", args=[week])).status_code == 404
