"""Jira Cloud and Jira Data Center: REST API 2, webhooks that an administrator registered with a secret.

Cloud takes the e-mail of an account with its API token, Data Center a personal access token alone; which of the two it
is tells whether a search goes by tokens of pages or by numbers.
"""

from __future__ import annotations

import base64
import math
import re
from datetime import datetime, timedelta
from typing import Any

from apps.core.payload import line, part, rows
from apps.core.signatures import hexdigest, require_one
from apps.trackers.clients.issue import Heard, Issue, News, Place
from apps.trackers.clients.trouble import Gone, Unfit, Unreadable, Wrong
from apps.trackers.clients.wire import Headers, Payload, Wire, moment
from apps.trackers.states import ENDED, RemoteState

PAGE = 100
OVERLAP = timedelta(minutes=5)
FIELDS = ["status", "resolution", "assignee", "updated", "description", "duedate", "project"]
NOT_DONE = re.compile(
    r"won.?t|duplicate|cannot reproduce|incomplete|declined|rejected|not a bug|cancel", re.IGNORECASE
)
BY_CATEGORY = {"indeterminate": RemoteState.IN_PROGRESS, "done": RemoteState.CLOSED}


class Jira:
    goes_by_time = False

    def __init__(self, place: Place, now: datetime) -> None:
        self.place, self._now = place, now
        pair = base64.b64encode(f"{place.account}:{place.token}".encode()).decode()
        means = f"Basic {pair}" if place.account else f"Bearer {place.token}"
        self.wire = Wire(
            "Jira",
            f"{place.base_url}/rest/api/2",
            {"Authorization": means},
            place=place.project,
            now=now,
        )

    def check(self) -> str:
        project = self._seen()
        names = [
            line(one.get("name"), 40) for one in rows(project.get("issueTypes")) if not one.get("subtask")
        ]
        if names and self.place.issue_type not in names:
            raise Wrong(
                f"{self.place.project} has no issue type “{self.place.issue_type}”. "
                f"It has: {', '.join(names[:10])}."
            )
        return f"Jira answers, and {self.place.project} takes issues of the type {self.place.issue_type}."

    def create(self, *, title: str, body: str, due_on: str | None) -> Issue:
        """Due dates are not on every screen: where they are refused, the text alone says it."""
        fields = {
            "project": {"key": self.place.project},
            "issuetype": {"name": self.place.issue_type},
            "summary": title,
            "description": body,
        }
        data = self._with_due("POST", "/issue", fields, due_on)
        key = line(part(data).get("key"), 60)
        if not key:
            raise Unreadable("Jira answered without the key of the issue.")
        return Issue(key, key, self.address_of(key), RemoteState.OPEN, "Created", body=body)

    def find(self, marker: str, *, since: datetime) -> Issue | None:
        """The marker is one word, which Jira's search looks up; it runs behind by seconds, a retry waits longer."""
        found = self._search(f'project = "{self.place.project}" AND text ~ "{marker}"', most=10)
        issue = next(
            (
                one
                for one in rows(found.get("issues"))
                if marker in str(part(one, "fields").get("description"))
            ),
            None,
        )
        return self._one(issue) if issue else None

    def get(self, number: str) -> Issue:
        try:
            return self._one(
                self.wire.ask("GET", f"/issue/{number}", query={"fields": ",".join(FIELDS)}).data
            )
        except Gone:
            self._seen()
            raise

    def update(
        self, number: str, *, body: str | None = None, state: str = "", due_on: str | None = None
    ) -> Issue:
        if body is not None:
            self._with_due("PUT", f"/issue/{number}", {"description": body}, due_on, clears=True)
        if state:
            self._move(number, state)
        return self.get(number)

    def changed(self, since: datetime, *, page: str = "", etag: str = "") -> News:
        """In minutes before now: a date would be read in the time zone of the token's account."""
        minutes = math.ceil(max(self._now - since + OVERLAP, OVERLAP).total_seconds() / 60)
        jql = f'project = "{self.place.project}" AND updated >= "-{minutes}m" ORDER BY updated ASC'
        data = self._search(jql, most=PAGE, page=page)
        found = rows(data.get("issues"))
        if self.place.account:
            following = str(data.get("nextPageToken") or "")
        else:
            following = str(int(page or 0) + PAGE) if len(found) == PAGE else ""
        return News([self._one(one) for one in found], following)

    def number_of(self, url: str) -> str:
        where = re.escape(f"{self.place.base_url}/browse/")
        pattern = rf"{where}({re.escape(self.place.project)}-\d{{1,12}})/?(?:[?#].*)?"
        found = re.fullmatch(pattern, url.strip(), re.IGNORECASE)
        return found[1].upper() if found else ""

    def key_of(self, number: str) -> str:
        return number

    def address_of(self, number: str) -> str:
        return f"{self.place.base_url}/browse/{number}"

    # webhooks

    def check_signature(self, raw: bytes, headers: Headers, secret: str) -> None:
        require_one(f"sha256={hexdigest(secret, raw)}", [headers.get("x-hub-signature", "")])

    def delivery_id(self, headers: Headers) -> str:
        return line(headers.get("x-atlassian-webhook-identifier"), 100)

    def heard(self, payload: Payload, headers: Headers) -> Heard | None:
        event, issue = line(payload.get("webhookEvent"), 60), part(payload, "issue")
        if not event.startswith("jira:issue_") or not issue:
            return None
        if str(part(issue, "fields", "project").get("key")).upper() != self.place.project.upper():
            return None
        name = event.removeprefix("jira:").replace("_", " ")
        key = line(issue.get("key"), 60)
        if event == "jira:issue_deleted":
            return Heard(key, name, None, gone="It was deleted in Jira.")
        return Heard(key, name, self._one(issue))

    def _move(self, number: str, state: str) -> None:
        """By a step that leads there; which steps there are is a matter of the project's workflow."""
        data = self.wire.ask("GET", f"/issue/{number}/transitions").data
        steps = [one for one in rows(part(data).get("transitions")) if _leads_to(one, state)]
        wanted = state == RemoteState.DROPPED
        fits = [one for one in steps if bool(NOT_DONE.search(_name(one))) == wanted] or steps
        if not fits:
            end = "an end" if state in ENDED else "work again"
            raise Unfit(f"Jira has no step from where {number} is to {end}. Move it there by hand.")
        step = {"id": str(fits[0].get("id"))}
        self.wire.ask("POST", f"/issue/{number}/transitions", body={"transition": step})

    def _with_due(
        self, method: str, path: str, fields: dict[str, Any], due_on: str | None, *, clears: bool = False
    ) -> Any:
        dated = fields | ({"duedate": due_on} if due_on or clears else {})
        try:
            return self.wire.ask(method, path, body={"fields": dated}).data
        except Unfit as unfit:
            if "duedate" not in unfit.words or "," in unfit.words:
                raise
            return self.wire.ask(method, path, body={"fields": fields}).data

    def _search(self, jql: str, *, most: int, page: str = "") -> dict[str, Any]:
        asked: dict[str, Any] = {"jql": jql, "maxResults": most, "fields": FIELDS}
        if self.place.account:
            asked |= {"nextPageToken": page} if page else {}
            return part(self.wire.ask("POST", "/search/jql", body=asked).data)
        return part(self.wire.ask("POST", "/search", body=asked | {"startAt": int(page or 0)}).data)

    def _seen(self) -> dict[str, Any]:
        try:
            return part(self.wire.ask("GET", f"/project/{self.place.project}").data)
        except Gone as gone:
            words = f"Jira says no: there is no project {self.place.project}, or the token may not see it."
            raise Wrong(words) from gone

    def _one(self, data: object) -> Issue:
        fields = part(data, "fields")
        key = line(data.get("key"), 60) if isinstance(data, dict) else ""
        if not key or not part(fields, "status"):
            raise Unreadable("Jira answered without an issue in it.")
        state, words = _state(fields)
        return Issue(
            number=key,
            key=key,
            url=self.address_of(key),
            state=state,
            words=words,
            assignee=line(part(fields, "assignee").get("displayName"), 60),
            updated_at=moment(fields.get("updated")),
            body=fields.get("description") if isinstance(fields.get("description"), str) else "",
            due_on=line(fields.get("duedate"), 10) or None,
        )


def _state(fields: dict[str, Any]) -> tuple[RemoteState, str]:
    words = line(part(fields, "status").get("name"), 60)
    category = part(fields, "status", "statusCategory").get("key")
    state = BY_CATEGORY.get(str(category), RemoteState.OPEN)
    resolution = line(part(fields, "resolution").get("name"), 40)
    if state == RemoteState.CLOSED and NOT_DONE.search(f"{words} {resolution}"):
        return RemoteState.DROPPED, f"{words}: {resolution}" if resolution else words
    return state, words


def _name(step: dict[str, Any]) -> str:
    return f"{line(step.get('name'))} {line(part(step, 'to').get('name'))}"


def _leads_to(step: dict[str, Any], state: str) -> bool:
    is_end = part(step, "to", "statusCategory").get("key") == "done"
    return is_end == (state in ENDED)
