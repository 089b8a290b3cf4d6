"""`/toil` in a chat: what was understood is told, done once, and can be taken back there."""

import pytest

from apps.toil.models import Timer, ToilEntry
from tests.chat.conftest import SLACK


@pytest.fixture
def types(post, slack, link):
    """types(bob, "25 restart") is what bob reads after typing /toil 25 restart."""
    known, count = {}, iter(range(1000))

    def type_in(person, text, *, trigger=None):
        if person.pk not in known:
            known[person.pk] = link(slack, person, f"U{person.pk}").chat_user
        sent = {"command": "/toil", "user_id": known[person.pk], "text": text}
        answer = post({**SLACK, **sent, "trigger_id": trigger or f"trigger-{next(count)}"})
        assert (answer.status_code, answer.json()["response_type"]) == (200, "ephemeral")
        return answer.json()["text"]

    return type_in


def test_bob_logs_a_line_once_reads_how_it_was_understood_and_takes_it_back(types, bob, checkout):
    line = "25m restarted ingest @checkout @nobody"
    first, second = (types(bob, line, trigger="1.1") for _ in "12")
    entry = ToilEntry.objects.get()
    assert first == second
    assert (
        f"/toil/entries/{entry.uuid}/|Logged> for Payments: 25 min · restarted ingest @nobody · checkout."
        in first
    )
    assert "Not known, so part of the text: @nobody." in first
    assert (entry.person, entry.service, entry.seconds) == (bob, checkout, 1500)
    types(bob, "stop flapping alert 00:00-00:10 ^yesterday")  # a line, and no word to the timer
    assert types(bob, "undo") == "Taken back: stop flapping alert, 10 min."
    assert types(bob, "undo") == "Taken back: restarted ingest @nobody, 25 min."
    assert not ToilEntry.objects.exists()
    assert "nothing in the last hour" in types(bob, "undo")


def test_what_is_missing_or_wrong_is_said_and_nothing_is_logged(types, bob, charlie, ada, payments):
    for person, line, words in (
        (bob, "restarted ingest", "Begin with how long it took"),
        (bob, "25h x", "at most 24 hours"),
        (bob, "25", "cannot be blank"),
        (charlie, "25 x", "which team"),
        (ada, "25 x ~payments", "log time for yourself"),
        (bob, "stop", "No timer is running"),
        (bob, "undo the migration", "Begin with how long it took"),
        (bob, "start 5 x", "Leave the time"),
        (bob, "", "start your timer"),
        (bob, "help", "/toil 25m"),
    ):
        assert words in types(person, line), line
    assert not ToilEntry.objects.exists()


def test_the_timer_runs_from_the_chat_too(types, bob, payments):
    assert "`/toil stop` logs it" in types(bob, "start rotate <certs>")
    assert "rotate" in types(bob, "status")
    Timer.objects.update(started_at=Timer.objects.get().started_at.replace(year=2025))
    assert "Say how long it really took" in types(bob, "stop")
    assert ToilEntry.objects.get().status == "needs_review"
    assert types(bob, "status") == "No timer is running."
