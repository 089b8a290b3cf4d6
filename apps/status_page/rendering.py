"""Public pages as they are kept: built at most once in a few seconds, however many read them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.feedgenerator import Atom1Feed

from apps.core.charts.days import DayBar, day_strip
from apps.incidents.models import ImpactLevel
from apps.status_page.board import Board, Line, disruptions_of, told
from apps.status_page.days import OPERATIONAL, Day
from apps.status_page.models import Report, StatusPage

FRESH = 5  # seconds until a new update shows, and until what became private is gone
REMEMBERED = 24 * 3600  # seconds in which an unchanged page keeps its date
FEED_SIZE = 50
SUMMARY = 1200  # characters of a postmortem
NO_XML = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
)  # pasted from a terminal, say; no XML holds them
TONES = {"degraded": "slow", "partial": "part", "down": "down"}


@dataclass(frozen=True, slots=True)
class Kept:
    """`changed_at` is when this body was first built: a page that loses something is newer, not older."""

    body: bytes
    etag: str
    changed_at: datetime
    built_at: datetime

    def is_fresh(self, now: datetime) -> bool:
        return timedelta() <= now - self.built_at < timedelta(seconds=FRESH)


def kept(name: str, build: Callable[[], str], *, now: datetime) -> Kept:
    """The body under this name, from the cache or built now. The cache keeps it longer, to compare with."""
    key = f"status:{hashlib.sha256(name.encode()).hexdigest()}"  # an address may be longer than a key
    before: Kept | None = cache.get(key)
    if before and before.is_fresh(now):
        return before
    body = build().encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    is_same = before is not None and before.etag == etag
    found = Kept(body, etag, before.changed_at if before and is_same else now, now)
    cache.set(key, found, REMEMBERED)
    return found


def page_text(board: Board) -> str:
    lines = [(line, strip_of(line), trouble_of(line)) for line in board.lines]
    home = StatusPage.objects.on().of_organisation().first() if board.page.service_id else None
    has_reports = Report.objects.shown().of_page(board.page).exists()
    context = {"page": board.page, "board": board, "lines": lines, "home": home and home.public_url}
    context["has_reports"] = has_reports
    return render_to_string("status_page/public.html", context)


def strip_of(line: Line) -> Any:
    bad = sum(day.level != OPERATIONAL for day in line.days)
    said = f"{bad} of the last {len(line.days)} days had a disruption" if bad else "No disruption in 90 days"
    bars = [DayBar(TONES.get(day.level, ""), said_of(day)) for day in line.days]
    return day_strip(bars, label=f"{line.page.name}: {said}")


def trouble_of(line: Line) -> list[str]:
    """The days that were not calm, in words, the latest first."""
    return [said_of(day) for day in reversed(line.days) if day.level != OPERATIONAL]


def said_of(day: Day) -> str:
    """21 Nov: partial outage, 1 h 05 min. What still runs has no length: the page changes only with the facts."""
    level = str(ImpactLevel(day.level).label).lower()
    minutes = max(1, round(day.affected.total_seconds() / 60))
    hours, rest = divmod(minutes, 60)
    lasted = f"{hours} h {rest:02} min" if hours else f"{rest} min"
    return f"{day.day.day} {day.day:%b}: {level}, {'still' if day.is_running else lasted}"


class Feed(Atom1Feed):
    """Without entries a feed was updated when its page was; the base would say now, every time."""

    def latest_post_date(self) -> datetime:
        dates: list[datetime] = [item["updateddate"] for item in self.items]
        newest: datetime = max([*dates, self.feed["changed_at"]])
        return newest


def feed_text(page: StatusPage) -> str:
    """Atom: one entry for each public update and for each public postmortem, with an id that never changes."""
    home = settings.BASE_URL + page.public_url
    feed = Feed(
        title=page.name,
        link=home,
        description=page.description,
        feed_url=settings.BASE_URL + page.feed_url,
        language="en",
        changed_at=page.updated_at,
    )
    for entry in sorted(_entries(page), key=lambda each: (each["pubdate"], each["unique_id"]), reverse=True):
        feed.add_item(**entry)
    text: str = feed.writeString("utf-8")
    return text


def _entries(page: StatusPage) -> Iterator[dict[str, Any]]:
    home = settings.BASE_URL + page.public_url
    pairs = [(one, update) for one in disruptions_of(told(page)[:FEED_SIZE]) for update in one.updates]
    for disruption, update in pairs:
        yield {
            "title": f"{update.state_in_words}: {disruption.title}",
            "link": f"{home}#u{update.uuid}",
            "description": NO_XML.sub("", update.text),
            "unique_id": f"urn:uuid:{update.uuid}",
            "pubdate": update.at,
            "updateddate": update.changed_at,
            "categories": disruption.services,
        }
    for report in Report.objects.shown().of_page(page).with_text()[:FEED_SIZE]:
        yield {
            "title": NO_XML.sub("", f"Postmortem: {report.current.title}"),
            "link": settings.BASE_URL + report.public_url,
            "description": NO_XML.sub("", report.current.content["what_happened"])[:SUMMARY],
            "unique_id": f"urn:uuid:{report.uuid}",
            "pubdate": report.first_published_at,
            "updateddate": report.published_at,
        }
