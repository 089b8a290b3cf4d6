"""`/toil`: the quick line, the timer and undo, from where people talk."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.chat.operations.commands import Wrong
from apps.chat.words import Words
from apps.core.templatetags.times import duration
from apps.toil.lines.chips import in_words
from apps.toil.lines.durations import Unreadable
from apps.toil.lines.reading import read_for, team_for, tidy
from apps.toil.models import Timer, ToilEntry
from apps.toil.operations import delete_entry, log_entry, start_timer, stop_timer
from apps.toil.recurring.usual import usual_time
from apps.toil.timers.line import read_untimed

TAKEN_BACK_WITHIN = timedelta(hours=1)
LONGEST = 400


def log(text: str, words: Words, *, by: User, now: datetime) -> str:
    line = tidy(text)[:LONGEST]
    try:
        found = read_for(by, line, zone=by.zone, now=now)
    except Unreadable as error:
        raise Wrong(words.plain(str(error))) from error
    if not found.has_time:
        usual = usual_time(by, found.said, now=now)
        hint = f" Usually {duration(usual.seconds)} for {words.plain(usual.of)}." if usual else ""
        raise Wrong(
            f"Begin with how long it took: `{words.command} 25m restart ingest`.{hint} Nothing was logged."
        )
    team = team_for(by, found.said)
    if team is None:
        raise Wrong("Say for which team it was, such as ~team. Nothing was logged.")
    entry = log_entry(**{"text": "", **found.said, "team": team}, person=by, by=by, now=now)
    left = f" Not known, so part of the text: {words.plain(' '.join(found.left))}." if found.left else ""
    said = words.plain(in_words(found.said, by.zone))
    return f"{_link(entry, words, 'Logged')} for {words.plain(team.name)}: {said}.{left} Wrong? `{words.command} undo`"


def start(text: str, words: Words, *, by: User, now: datetime) -> str:
    try:
        said = read_untimed(by, tidy(text)[:LONGEST], now=now)
    except Unreadable as error:
        raise Wrong(words.plain(str(error))) from error
    team = team_for(by, said)
    if team is None:
        raise Wrong("Say for which team it is, such as ~team.")
    timer, stopped = start_timer(person=by, by=by, now=now, **said | {"team": team})
    before = f" Before that, {_told(stopped, words)}" if stopped else ""
    return f"Started {words.plain(timer.text)}; `{words.command} stop` logs it.{before}"


def stop(_text: str, words: Words, *, by: User, now: datetime) -> str:
    return _told(stop_timer(person=by, by=by, now=now), words)


def status(_text: str, words: Words, *, by: User, now: datetime) -> str:
    timer = Timer.objects.visible_to(by).with_names().first()
    if timer is None:
        return "No timer is running."
    return f"{words.plain(timer.text)} for {words.plain(timer.team.name)}: {duration(timer.runs_for(now))}."


def undo(_text: str, words: Words, *, by: User, now: datetime) -> str:
    rows = ToilEntry.objects.filter(person=by, created_at__gt=now - TAKEN_BACK_WITHIN, batch=None).counting()
    entry = rows.order_by("-pk").first()
    if entry is None:
        raise Wrong("You logged nothing in the last hour.")
    said = f"{words.plain(entry.text)}, {duration(entry.seconds)}"
    delete_entry(entry, by=by)
    return f"Taken back: {said}."


def _told(entry: ToilEntry, words: Words) -> str:
    if not entry.counts:
        there = _link(entry, words, "Say how long it really took")
        return f"it ran for {duration(entry.seconds)}. {there}; nothing counts until then."
    return f"{_link(entry, words, 'logged')}: {words.plain(entry.text)}, {duration(entry.seconds)}."


def _link(entry: ToilEntry, words: Words, label: str) -> str:
    return words.link(entry.get_absolute_url(), label)
