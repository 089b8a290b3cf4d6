"""Files as Toggl Track, Clockify and Kimai export them, and a plain one: columns, dates and durations as theirs."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime, timedelta

TOGGL = (
    "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,"
    "Duration,Tags,Amount ()"
)
CLOCKIFY = (
    "Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,End Date,End Time,"
    "Duration (h),Duration (decimal),Billable Rate (USD),Billable Amount (USD)"
)
KIMAI = "Date;From;To;Duration;Rate;User;Email;Customer;Project;Activity;Description;Exported;Tags"
GENERIC = "email,date,minutes,description"


@dataclass(frozen=True)
class Work:
    start: datetime
    minutes: int = 25
    text: str = "Restart stuck consumer"
    who: str = "bob"
    project: str = "Platform"
    activity: str = ""
    tags: str = ""

    @property
    def end(self):
        return self.start + timedelta(minutes=self.minutes)

    @property
    def email(self):
        return f"{self.who}@ballast.example"

    @property
    def clock(self):
        return f"{self.minutes // 60:02}:{self.minutes % 60:02}:00"


def works(count=30, first=datetime(2026, 3, 2, 9), **more):  # noqa: DTZ001 - as the wall shows it
    """One every seven hours, all on different minutes of the day."""
    return [Work(first + timedelta(hours=7 * n), 5 + n % 50, f"Chore {n}", **more) for n in range(count)]


def toggl(entries):
    return _written(TOGGL, ",", map(_toggl, entries)).encode("utf-8-sig")


def _toggl(one):
    days = [f"{one.start:%Y-%m-%d}", f"{one.start:%H:%M:%S}", f"{one.end:%Y-%m-%d}", f"{one.end:%H:%M:%S}"]
    about = ["Acme", one.project, one.activity, one.text, "No"]
    return [one.who.title(), one.email, *about, *days, one.clock, one.tags, ""]


def clockify(entries, day="%m/%d/%Y", clock="%I:%M:%S %p"):
    def row(one):
        times = [f"{one.start:{day}}", f"{one.start:{clock}}", f"{one.end:{day}}", f"{one.end:{clock}}"]
        about = [one.project, "Acme", one.text, one.activity, one.who.title(), "", one.email, one.tags, "Yes"]
        return [*about, *times, one.clock, f"{one.minutes / 60:.2f}", "0.00", "0.00"]

    return _written(CLOCKIFY, ",", map(row, entries), quoting=csv.QUOTE_ALL).encode()


def kimai(entries):
    def row(one):
        times = [f"{one.start:%Y-%m-%d}", f"{one.start:%H:%M}", f"{one.end:%H:%M}", one.minutes * 60]
        about = [one.who, one.email, "Acme", one.project, one.activity, one.text]
        return [*times, "0", *about, "no", one.tags]

    return _written(KIMAI, ";", map(row, entries)).encode()


def generic(entries, head=GENERIC):
    rows = ([one.email, f"{one.start:%Y-%m-%d}", one.minutes, one.text] for one in entries)
    return _written(head, ",", rows).encode()


def _written(head, delimiter, rows, **more):
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, **more)
    writer.writerow(head.split(delimiter))
    writer.writerows(rows)
    return file.getvalue()
