"""What is sent: the message of an event, and how each kind of receiver wants to read it.

`Message` is stable: fields are added, never renamed or removed. docs/webhooks.md says what they mean.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC
from typing import Any

from apps.audit.models import AuditEvent
from apps.webhooks.events import TEST, EventType
from apps.webhooks.models import Delivery, Format
from apps.webhooks.subjects import Subject

Message = dict[str, Any]
WRITTEN = ("body", "conditions", "actions", "needs")  # what somebody wrote into a timeline
LONGEST_TEXT = 2000  # in chats; the other message holds all of it
TOLD = ("status", "severity", "kind", "title", "services", "priority", "due_on")
E = EventType
WORDS: dict[str, str] = {
    E.INCIDENT_DECLARED: "declared",
    E.INCIDENT_ACKNOWLEDGED: "acknowledged",
    E.INCIDENT_REOPENED: "reopened",
    E.INCIDENT_UPDATED: "edited",
    E.INCIDENT_REPORTED: "has a status update",
    E.INCIDENT_NOTED: "has a new timeline entry",
    E.POSTMORTEM_DRAFTED: "drafted",
    E.POSTMORTEM_PUBLISHED: "published",
    E.ACTION_ADDED: "added",
    E.ACTION_COMMITTED: "committed",
    E.ACTION_REDATED: "has another due date",
    E.ACTION_OVERDUE: "is overdue",
    E.ACTION_DONE: "done, to be verified",
    E.ACTION_VERIFIED: "verified",
    E.ACTION_DROPPED: "given up",
    E.ACTION_REOPENED: "reopened",
}


def message_of(delivery: Delivery, subject: Subject) -> Message:
    """The event as it was, its object as it is now."""
    event = delivery.event
    return {
        "id": str(delivery.uuid),
        "type": delivery.type,
        "occurred_at": f"{delivery.occurred_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        "summary": _summary(delivery, subject),
        "text": _text(event),
        "by": _who(event),
        "object": {
            "type": subject.type,
            "key": subject.key,
            "title": subject.title,
            "url": subject.url,
            **subject.facts,
        },
        "changes": _changes(event),
    }


def _summary(delivery: Delivery, subject: Subject) -> str:
    if delivery.type == TEST:
        return "Ballast can reach this webhook."
    words = WORDS.get(delivery.type) or f"is now {_became(delivery, subject)}"
    return f"{subject.key} {words}: {subject.title}"


def _became(delivery: Delivery, subject: Subject) -> str:
    """The state that the event led to, in words."""
    status = _changes(delivery.event).get("status", [None, subject.state])[1]
    return str(status).replace("_", " ").lower()


def _who(event: AuditEvent | None) -> dict[str, str] | None:
    """A name, no address; nobody when it was the clock."""
    if event is None or event.actor.is_system:
        return None
    return {"name": event.actor.name}


def _text(event: AuditEvent | None) -> str:
    told = event.changes if event and event.verb.startswith("timeline.") else {}
    return "\n".join(str(told[name][1]) for name in WRITTEN if isinstance(told.get(name), list))


def _changes(event: AuditEvent | None) -> dict[str, Any]:
    told = event.changes if event else {}
    return {name: told[name] for name in TOLD if isinstance(told.get(name), list)}


def body_of(kind: str, message: Message, state: str) -> bytes:
    """The request's body for a receiver of this kind. `state` is the object's status in words."""
    return json.dumps(WRITERS[kind](message, state), ensure_ascii=False, separators=(",", ":")).encode()


def _ballast(message: Message, _state: str) -> Message:
    return message


def _details(message: Message, state: str) -> str:
    """SEV2, Investigating, checkout"""
    about = message["object"]
    severity, priority = about.get("severity"), about.get("priority")
    words = [f"SEV{severity}" if severity else "", f"P{priority}" if priority is not None else "", state]
    words += [f"due {about['due_on']}" if about.get("due_on") else "", *about.get("services", ())]
    return ", ".join(word for word in words if word)


def quiet(text: str) -> str:
    """Nobody is called by a title, and no link is hidden behind other words: "@here", "<!channel>" and
    "[bank](https://…)" stay letters, in Slack and in programs that read its messages as Markdown."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace("@", "@\u200b").replace("](", "]\u200b(")


def _slack(message: Message, state: str) -> Message:
    """Blocks of plain text: no mark-up is read in them. `text` is for notifications and for programs that know no
    blocks; only our own address is a link."""
    url, text = message["object"]["url"], message["text"][:LONGEST_TEXT]
    details = quiet(_details(message, state))
    lines = [quiet(message["summary"]), quiet(text), details, url]
    context = " · ".join(part for part in (details, f"<{url}|Open in Ballast>") if part)
    return {
        "text": "\n".join(line for line in lines if line),
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "blocks": [
            *(
                {"type": "section", "text": {"type": "plain_text", "text": said, "emoji": False}}
                for said in (message["summary"], text)
                if said
            ),
            {"type": "context", "elements": [{"type": "mrkdwn", "text": context, "verbatim": True}]},
        ],
    }


def _teams(message: Message, state: str) -> Message:
    """An adaptive card. Text of people stands in text runs, in which no Markdown and no mention is read."""
    details = _details(message, state)
    lines = [_line(message["summary"], weight="Bolder")]
    lines += [_line(text) for text in message["text"][:LONGEST_TEXT].splitlines() if text]
    lines += [_line(details, isSubtle=True)] if details else []
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": lines,
        "actions": [{"type": "Action.OpenUrl", "title": "Open in Ballast", "url": message["object"]["url"]}],
    }
    content_type = "application/vnd.microsoft.card.adaptive"
    return {
        "type": "message",
        "attachments": [{"contentType": content_type, "contentUrl": None, "content": card}],
    }


def _line(text: str, **look: Any) -> Message:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **look}]}


WRITERS: dict[str, Callable[[Message, str], Message]] = {
    Format.BALLAST: _ballast,
    Format.SLACK: _slack,
    Format.TEAMS: _teams,
}
