"""How a client speaks: JSON over the one pinned way out, and what each answer means in plain words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from apps.core import outbound
from apps.core.digits import number_in
from apps.core.payload import rows
from apps.trackers.clients.trouble import Away, Gone, MustWait, Trouble, Unfit, Unreadable, Wrong

Payload = Mapping[str, Any]
Headers = Mapping[str, str]
AGENT = "Ballast-Trackers/1"
FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_ .-]{0,40}")
BUDGETS = (("x-ratelimit-remaining", "x-ratelimit-reset"), ("ratelimit-remaining", "ratelimit-reset"))
S = HTTPStatus


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    headers: Headers
    data: Any


class Wire:
    """`rest` is how long nothing should be asked: set when an answer says that the budget is used up."""

    def __init__(self, name: str, root: str, headers: Headers, *, place: str, now: datetime) -> None:
        self.name, self.root, self.place, self.now = name, root, place, now
        self.rest = timedelta()
        self._headers = {"User-Agent": AGENT, "Accept": "application/json", **headers}

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Headers | None = None,
    ) -> Said:
        """The answer, if it is 2xx or 304. Raises Trouble."""
        url = f"{self.root}{path}" + (f"?{urlencode(query)}" if query else "")
        raw = None if body is None else json.dumps(body).encode()
        kind = {} if raw is None else {"Content-Type": "application/json"}
        try:
            reply = outbound.ask(method, url, body=raw, headers={**self._headers, **kind, **(headers or {})})
        except outbound.Refused as refusal:
            raise Wrong(str(refusal)) from refusal
        except outbound.NoAnswer as silence:
            raise Away(f"{self.name} does not answer: {silence}.") from silence
        self.rest = self._budget_used_up(reply.headers)
        self._refuse(reply)
        return Said(reply.status, reply.headers, self._read(reply.body) if reply.body else None)

    def _read(self, body: bytes) -> Any:
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"{self.name} answered, but not in JSON. Is the address right?") from error

    def _budget_used_up(self, headers: Headers) -> timedelta:
        """How long until the budget is full again, when nothing of it is left."""
        for left, reset in BUDGETS:
            if headers.get(left, "").strip() == "0":
                seconds = number_in(headers.get(reset, "").strip(), digits=11)
                wait = 60 if seconds is None else seconds - self.now.timestamp()
                return timedelta(seconds=min(max(wait, 1), 7200))
        return timedelta()

    def _refuse(self, reply: outbound.Reply) -> None:
        status = reply.status
        if status < S.MULTIPLE_CHOICES or status == S.NOT_MODIFIED:
            return
        asked = outbound.wait_asked(reply.headers.get("retry-after", ""), self.now)
        is_budget = status == S.FORBIDDEN and (self.rest or asked)
        if status == S.TOO_MANY_REQUESTS or is_budget:
            raise MustWait(
                f"{self.name} asks us to wait ({status}).", wait=max(asked, self.rest, timedelta(minutes=1))
            )
        if status >= S.INTERNAL_SERVER_ERROR:
            raise Away(f"{self.name} says {status}: it has trouble of its own.", wait=asked)
        raise self._trouble(status, reply.body)

    def _trouble(self, status: int, body: bytes) -> Trouble:
        name = self.name
        if status == S.UNAUTHORIZED:
            return Wrong(f"{name} says 401: the token is wrong, expired or revoked.")
        if status == S.FORBIDDEN:
            return Wrong(f"{name} says 403: the token may not do this in {self.place}.")
        if status == S.NOT_FOUND:
            return Gone(f"{name} says 404: it is not there, or the token may not see it.")
        if status == S.GONE:
            return Gone(f"{name} says 410: it was deleted.")
        if status < S.BAD_REQUEST:
            return Gone(f"{name} says {status}: it has moved.")
        return Unfit(f"{name} refuses this ({status}){named_fields(body)}.")


def named_fields(body: bytes) -> str:
    """The names of the fields that an answer complains about: Jira's `errors`, GitHub's `errors[].field`, GitLab's
    `message`. What it says of them is a stranger's text, and stays out."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    found = data.get("errors") or data.get("message") if isinstance(data, dict) else None
    names = [one.get("field") for one in rows(found)]
    names += list(found) if isinstance(found, dict) else []
    shown = [name for name in names if isinstance(name, str) and FIELD.fullmatch(name)][:8]
    return f" because of: {', '.join(shown)}" if shown else ""


def moment(value: object) -> datetime | None:
    """ISO 8601, and what the trackers make of it: +0000 without a colon, " UTC" for the zone."""
    if not isinstance(value, str):
        return None
    text = re.sub(r"([+-]\d{2})(\d{2})$", r"\1:\2", value.strip().removesuffix(" UTC"))
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
