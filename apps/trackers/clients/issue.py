"""What a client knows and what it brings back, whichever tracker it speaks to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where issues live. `account` is the e-mail of a Jira Cloud token, empty elsewhere; `token` is the secret."""

    kind: str
    base_url: str
    project: str
    token: str = field(repr=False)
    issue_type: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """`number` names it in its project (12, OPS-12), `key` everywhere (acme/shop#12). `updated_at` is the tracker's
    clock, None where the answer does not say. `body` is None where it was not asked for."""

    number: str
    key: str
    url: str
    state: str
    words: str
    assignee: str = ""
    updated_at: datetime | None = None
    body: str | None = None
    due_on: str | None = None


@dataclass(frozen=True, slots=True)
class News:
    """One page of what changed, the oldest change first. `next_page` is empty on the last one."""

    issues: list[Issue]
    next_page: str = ""
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a webhook said of one issue: how it is now, or that it is gone and why."""

    number: str
    event: str
    issue: Issue | None = None
    gone: str = ""
