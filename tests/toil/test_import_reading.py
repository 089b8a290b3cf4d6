"""Files of other tools, whole and broken in every way we could think of: read rightly, or refused by line."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.core.tables import NotReadable
from apps.toil.imports.dates import AsksOrder
from apps.toil.operations import import_reading
from apps.toil.operations.import_reading import read_file
from tests.toil.time_files import GENERIC, KIMAI, TOGGL, Work, clockify, generic, kimai, toggl, works

pytestmark = pytest.mark.django_db
LATER = datetime(2027, 3, 1, 12, tzinfo=UTC)
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
BOB = "bob@ballast.example"
GOOD = f"{BOB},2026-03-02,25,Restart\n"
T = "Bob,bob@ballast.example,Acme,Platform,,Restart,No,"  # a row of Toggl up to its times


@pytest.fixture
def read(alice, bob, payments):
    def do(raw, *, zone=BERLIN, by=alice, now=LATER, **said):
        raw = raw.encode() if isinstance(raw, str) else raw
        return read_file(raw, team=payments, zone=zone, by=by, now=now, **said)

    return do


def on(day, clock, zone=BERLIN):
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=zone)


FORMATS = [
    (toggl, "toggl", ",", "ymd"),
    (clockify, "clockify", ",", "mdy"),
    (lambda entries: clockify(entries, "%d/%m/%Y", "%H:%M"), "clockify", ",", "dmy"),
    (lambda entries: clockify(entries, "%d.%m.%Y", "%H:%M"), "clockify", ",", "dmy"),
    (kimai, "kimai", ";", "ymd"),
]


@pytest.mark.parametrize(("write", "tool", "delimiter", "order"), FORMATS)
def test_a_file_of_each_tool_is_found_out_and_read_whole(write, tool, delimiter, order, read, bob):
    entries = works(60, project="Platform", activity="Quota", tags="ops, night")
    found = read(write(entries))
    table = found.table
    assert (table.columns.tool, table.delimiter, found.order) == (tool, delimiter, order)
    assert (found.total, found.refused, found.left_out) == (60, 0, {})
    assert [row.spent.start for row in found.rows] == [one.start.replace(tzinfo=BERLIN) for one in entries]
    assert [row.spent.seconds for row in found.rows] == [60 * one.minutes for one in entries]
    assert [row.spent.text for row in found.rows] == [one.text for one in entries]
    assert {row.person.pk for row in found.rows} == {bob.pk}
    assert {part for part, _ in found.labels} == {"tag", "activity", "project"}


def test_a_file_of_labels_without_end_is_no_memory_without_end(read, monkeypatch):
    monkeypatch.setattr(import_reading, "MOST_COUNTED", 25)
    tags = [",".join(f"tag-{n}-{m}" for m in range(500)) for n in range(2)]
    found = read(toggl([*works(1, tags=tags[0]), *works(2, tags=tags[1])]))
    assert [len(row.spent.tags) for row in found.rows] == [20, 20, 20]
    assert (len(found.labels), found.noted, found.notes[0]) == (
        25,
        3,
        (2, "Only the first 20 tags are kept."),
    )


def test_a_plain_file_needs_three_columns_and_holds_days(read, bob):
    found = read(generic(works(3)))
    assert (found.table.columns.tool, found.refused) == ("generic", 0)
    assert [(row.day.isoformat(), row.spent.seconds) for row in found.rows][:2] == [
        ("2026-03-02", 300),
        ("2026-03-02", 360),
    ]
    assert found.rows[0].spent.start is None


def generic_with(column, value):
    return f"email,date,{column},note\nbob@ballast.example,2026-03-02,{value},Restart\n"


def times(columns, values):
    return f"email,{columns},note\nbob@ballast.example,{values},Restart\n"


RIGHT = [  # broken looking, but there is only one thing it can mean: (file, seconds, start in Berlin)
    (generic_with("duration", "1:30"), 5400, None),
    (generic_with("duration", "90"), 5400, None),
    (generic_with("duration", "1h 30m"), 5400, None),
    (generic_with("hours", '"1,5"'), 5400, None),
    (generic_with("seconds", "5400"), 5400, None),
    (generic_with("Duration (decimal)", "1.50"), 5400, None),
    (
        times("started_at,ended_at", "2026-03-02T09:00:00+01:00,2026-03-02T08:25:00Z"),
        1500,
        ("2026-03-02", "09:00"),
    ),
    (times("start,end", "2026-03-02 09:00,2026-03-02 09:25"), 1500, ("2026-03-02", "09:00")),
    (times("date,start,end", "2026-03-02,9:05 pm,9:30 PM"), 1500, ("2026-03-02", "21:05")),
    (
        times("date,from,to,duration", "2026-03-08,22:30,01:30,10800"),
        10800,
        ("2026-03-08", "22:30"),
    ),  # over midnight
    (GENERIC.replace(",", ";") + "\n" + GOOD.replace(",", ";"), 1500, None),
    (GENERIC.replace(",", "\t") + "\r\n" + GOOD.replace(",", "\t"), 1500, None),
    (f"{GENERIC}\r\n{GOOD}".encode("utf-16"), 1500, None),
    (f"\n\n{GENERIC.title()}\n\n{GOOD}\n,,,\n   \n", 1500, None),
    (f"{GENERIC},Client\n{GOOD.strip()},Müller\n".encode("cp1252"), 1500, None),
    (f"{GENERIC}\n{GOOD.strip()},,\n", 1500, None),  # what a spreadsheet adds
    ("user,date,minutes,text\nBOB,2026-03-02,25,Restart\n", 1500, None),
    (
        "email,date,minutes,text\nBOB@Ballast.example,02.02.2026,25,Restart\n",
        1500,
        None,
    ),  # the same either way
]


def test_what_can_mean_only_one_thing_is_read(read, bob):
    for raw, seconds, start in RIGHT:
        found = read(raw)
        assert (found.problems, found.left_out) == ([], {}), raw
        (row,) = found.rows
        assert (row.spent.seconds, row.spent.text, row.person.pk) == (seconds, "Restart", bob.pk), raw
        assert row.spent.start == (on(*start) if start else None), raw


WRONG_FILES = [
    ("", "The file is empty"),
    (" \n\n", "The file is empty"),
    (f"{GENERIC}\n", "no rows of time"),
    (b"PK\x03\x04rest of a spreadsheet", "This is no CSV file"),
    (b"email\x00date", "This is no text"),
    (b"\xef\xbb\xbfemail,date\xff\xfe", "no text in UTF-8"),
    (GENERIC.encode() + b"\n\x81\x8d\x8f\x90", "no text in UTF-8"),
    (
        "Datum,Dauer\n2026-03-02,25\n",
        "whose time it was (Email or User), the date (Start date or Date), how long it took",
    ),
    (GOOD, "Missing: whose time it was"),  # no head
    (f"{GENERIC},minutes\n{GOOD.strip()},30\n", "Two columns are called “minutes”"),
    (
        f"{GENERIC}\n{GOOD}bob@ballast.example,25/03/2026,5,a\nbob@ballast.example,03/26/2026,5,b\n",
        "Line 3 has “25/03/2026”, with the day first, and line 4 has “03/26/2026”",
    ),
]


def test_a_file_that_is_wrong_as_a_whole_is_refused_with_the_reason(read):
    for raw, reason in WRONG_FILES:
        with pytest.raises(NotReadable) as refusal:
            read(raw)
        assert reason in str(refusal.value), raw


WRONG_TIMES = [  # from a start date on, in the second row of a file of Toggl
    ("2026-03-02,09:00:00,2026-03-02,08:00:00,01:00:00", "The end does not come after the start"),
    ("2026-03-02,09:00:00,2026-03-02,09:00:00,00:00:00", "more than zero"),
    ("2026-03-02,09:00:00,2026-03-02,10:00:00,00:58:59", "says 0:58:59, but from start to end it is 1:00:00"),
    ("2026-03-02,09:00:00,2026-03-03,09:00:01,24:00:01", "at most 24 hours"),
    ("2027-03-01,13:00:00,2027-03-01,13:30:00,00:30:00", "lies in the future"),
    ("2026-03-02,25:00:00,2026-03-02,26:00:00,01:00:00", "“25:00:00” is no time"),
    ("2026-03-02,13:00 PM,2026-03-02,2 PM,01:00:00", "“13:00 PM” is no time"),
    ("2026-02-30,09:00:00,2026-02-30,10:00:00,01:00:00", "“2026-02-30” is not in the calendar"),
    ("1926-02-20,09:00:00,1926-02-20,10:00:00,01:00:00", "does not lie between 1970 and 2100"),
    ("02-03-26,09:00:00,02-03-26,10:00:00,01:00:00", "no year of four digits"),
    ("yesterday,09:00:00,,,01:00:00", "“yesterday” is no date"),
    (",09:00:00,,,01:00:00", "The date is missing"),
    ("2026-03-02,09:00:00,,,", "not said how long"),
    ("2026-03-02,09:00:00,,,1.5", "“1.5” does not say of what"),
    ("2026-03-02,09:00:00,,,soon", "“soon” is no duration"),
    ("2026-03-02,09:00:00,,,-01:00:00", "more than zero"),
    (
        "2026-03-29,02:30:00,2026-03-29,03:30:00,01:00:00",
        "02:30 does not exist on 2026-03-29 in Europe/Berlin",
    ),
    ("2026-03-02,09:00:00,2026-03-02,10:00:00,01:00:00,more,and,more", "17 cells where the first row has 14"),
]
TWO_LINES = f'{BOB},2026-03-02,5,"two\nlines"\n'
KIMAIS = f"bob;{BOB};;;;Restart;no;"
WRONG_ROWS = [  # (file, line, reason)
    (f"{GENERIC}\n{BOB},2026-03-02\n{GOOD}", 2, "The row has 2 cells where the first row has 4"),
    (f"{GENERIC}\n,2026-03-02,25,Restart\n{GOOD}", 2, "not said whose time"),
    (f"{GENERIC}\n{TWO_LINES}{GOOD}{BOB},2026-03-32,5,x\n", 5, "“2026-03-32” is not in the calendar"),
    (
        f'{GENERIC}\n{GOOD}{BOB},2026-03-02,5,"open\n{GOOD}{GOOD}',
        3,
        "never closed. The lines up to 5 are not read",
    ),
    (f'{GENERIC}\n{GOOD}{BOB},2026-03-02,5,"a" b\n{GOOD}', 3, "This is not CSV"),
    (f"{GENERIC}\n{GOOD}{BOB},2026-03-02,5,{'x' * 140_000}\n", 3, "longer than 131,072 characters"),
    (f"{GENERIC}\n{GOOD}{BOB},2026-03-02,5,a\0b\n".encode("utf-16"), 3, "cannot be stored"),
    (f"{GENERIC}\n{GOOD}{BOB},9999-12-31,5,x\n", 3, "between 1970 and 2100"),
    (f"{GENERIC}\n{GOOD}{BOB},2026-03-02,999999999,x\n", 3, "at most 24 hours"),
    (
        f"email,date,start,hours\n{BOB},2026-03-02,9:00,1\n{BOB},2026-03-02,9:00,999999999\n",
        3,
        "at most 24 hours",
    ),
    (
        f"{KIMAI}\n2026-03-02;09:00;08:00;3600;0;{KIMAIS}\n2026-03-02;09:00;09:30;1800;0;{KIMAIS}\n",
        2,
        "says 1:00:00, but from start to end it is 23:00:00",
    ),
]
RIGHT_TIMES = "2026-03-02,09:00:00,2026-03-02,09:25:00,00:25:00"
WRONG_ROWS += [(f"{TOGGL}\n{T}{RIGHT_TIMES},,\n{T}{times},,\n", 3, reason) for times, reason in WRONG_TIMES]


def test_a_wrong_row_is_named_by_its_line_and_the_others_go_in(read):
    for raw, line, reason in WRONG_ROWS:
        found = read(raw)
        assert [at for at, _ in found.problems] == [line], (raw, found.problems)
        assert reason in found.problems[0][1], raw
        assert len(found.rows) == found.total - found.refused == found.total - 1 >= 1, raw


def test_dates_that_can_be_meant_both_ways_are_asked_about_and_never_guessed(read):
    raw = clockify([Work(datetime(2026, 3, 4, 9)), Work(datetime(2026, 5, 6, 9))])  # noqa: DTZ001
    with pytest.raises(AsksOrder) as question:
        read(raw)
    assert (question.value.line, question.value.text) == (2, "03/04/2026")
    assert {order: day.isoformat() for order, day in question.value.meanings.items()} == {
        "dmy": "2026-04-03",
        "mdy": "2026-03-04",
    }
    assert [row.day.isoformat() for row in read(raw, order="mdy").rows] == ["2026-03-04", "2026-05-06"]
    assert [row.day.isoformat() for row in read(raw, order="dmy").rows] == ["2026-04-03", "2026-06-05"]


def test_one_date_decides_over_the_whole_file_and_a_choice_against_it_is_refused(read):
    raw = clockify([Work(datetime(2026, 3, 4, 9)), Work(datetime(2026, 3, 25, 9))])  # noqa: DTZ001
    assert [row.day.isoformat() for row in read(raw).rows] == ["2026-03-04", "2026-03-25"]
    with pytest.raises(NotReadable, match="Line 3 has “03/25/2026”, which cannot be read as day first"):
        read(raw, order="dmy")


TOLD, UNTOLD = "first, as start, end and duration say", "first, since nothing says which"
NIGHTS = [  # zone, times and duration in the file, what comes out in seconds, which of the two, what is said
    (BERLIN, "2026-03-28,23:00:00,2026-03-29,04:00:00,04:00:00", 240, None, ""),  # A8
    (BERLIN, "2026-10-25,00:30:00,2026-10-25,04:00:00,04:30:00", 270, None, ""),  # A9
    (BERLIN, "2026-10-25,02:15:00,2026-10-25,02:45:00,01:30:00", 90, 0, TOLD),  # A9b
    (BERLIN, "2026-10-25,02:15:00,2026-10-25,02:45:00,00:30:00", 30, 0, UNTOLD),
    (BERLIN, "2026-10-25,02:45:00,2026-10-25,02:15:00,00:30:00", 30, 0, TOLD),
    (BERLIN, "2026-10-25,02:15:00,,,00:30:00", 30, 0, UNTOLD),
    (BERLIN, "2026-10-25,02:30:00,2026-10-25,03:15:00,00:45:00", 45, 1, TOLD.replace("first", "second")),
    (NEW_YORK, "2026-03-08,00:00:00,2026-03-08,06:00:00,05:00:00", 300, None, ""),  # A9c
    (NEW_YORK, "2026-11-01,00:00:00,2026-11-01,06:00:00,07:00:00", 420, None, ""),
]  # fmt: skip


def test_in_nights_in_which_the_clocks_change_elapsed_time_counts_and_what_was_taken_is_said(read):
    for zone, times, minutes, fold, said in NIGHTS:
        found = read(f"{TOGGL}\n{T}{times},,\n", zone=zone)
        (row,) = found.rows
        assert row.spent.seconds == 60 * minutes, times
        assert fold is None or row.spent.start.astimezone(zone).fold == fold, times
        assert [text.split("; ")[1] for _, text in found.notes] == (
            [f"taken as the {said}."] if said else []
        ), times


def test_times_are_of_the_chosen_zone_and_days_of_the_person(read, bob):
    bob.time_zone = "Europe/Berlin"
    bob.save()
    raw = toggl([Work(datetime(2026, 3, 2, 23, 30))])  # noqa: DTZ001
    (row,) = read(raw, zone=ZoneInfo("UTC")).rows
    assert (row.spent.start.time(), row.day.isoformat()) == (time(23, 30), "2026-03-03")
    (row,) = read(raw, zone=None).rows  # each person's own
    assert (row.spent.start.time(), row.day.isoformat()) == (time(22, 30), "2026-03-02")


def test_a_member_imports_their_own_time_and_a_lead_also_that_of_others(read, alice, bob, root):
    raw = toggl([*works(3), *works(2, who="alice"), *works(4, who="zoe")])
    own = read(raw, by=bob)
    assert ({row.person.pk for row in own.rows}, len(own.rows)) == ({bob.pk}, 3)
    assert {one["who"]: (one["rows"], one["line"]) for one in own.left_out.values()} == {
        "alice@ballast.example": (2, 5),
        "zoe@ballast.example": (4, 7),
    }
    assert "their leads and admins" in own.left_out["alice@ballast.example"]["reason"]
    for person in (alice, root):
        found = read(raw, by=person)
        assert len(found.rows) == 5
        assert [one["reason"] for one in found.left_out.values()] == ["Nobody here has this address or name."]


def test_identical_rows_of_a_file_stay_several_and_have_the_same_keys_in_every_file(read):
    same = [Work(datetime(2026, 3, 2, 9))] * 3  # noqa: DTZ001
    first = [row.key for row in read(toggl(same)).rows]
    assert len(set(first)) == 3
    wider = read(toggl([Work(datetime(2026, 3, 1, 9)), *same, *same]))  # noqa: DTZ001
    assert set(first) < {row.key for row in wider.rows}
    assert len({row.key for row in wider.rows}) == 7
    shouted = [Work(datetime(2026, 3, 2, 9), text="restart  STUCK consumer")]  # noqa: DTZ001
    assert read(toggl(shouted)).rows[0].key == first[0]


def test_without_a_text_the_task_or_project_stands_for_it_and_a_long_one_is_cut_and_said(read):
    start = datetime(2026, 3, 2, 9)  # noqa: DTZ001
    entries = [Work(start, text="", activity="Quota"), Work(start, text=""), Work(start, text="x" * 400)]
    entries.append(Work(start + timedelta(1), text="", project=""))
    found = read(toggl(entries))
    assert [row.spent.text for row in found.rows] == ["Quota", "Platform", "x" * 299 + "…", "No description"]
    assert found.notes == [(4, "The text is cut to 300 characters.")]
