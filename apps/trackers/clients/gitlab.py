"""GitLab.com and self-managed GitLab: REST API v4, project webhooks of issue events."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from datetime import datetime
from typing import Any
from urllib.parse import quote

from apps.core.payload import line, part, rows
from apps.core.signatures import BadSignature, require_one, require_recent
from apps.trackers.clients.issue import Heard, Issue, News, Place
from apps.trackers.clients.trouble import Gone, Unreadable, Wrong
from apps.trackers.clients.wire import Headers, Payload, Wire, iso, moment
from apps.trackers.states import ENDED, RemoteState

PAGE = 100
REPORTER = 20  # the least role that closes the issues of others


class GitLab:
    goes_by_time = True

    def __init__(self, place: Place, now: datetime) -> None:
        self.place = place
        headers = {"PRIVATE-TOKEN": place.token}
        self.wire = Wire("GitLab", f"{place.base_url}/api/v4", headers, place=place.project, now=now)
        self._project = f"/projects/{quote(place.project, safe='')}"
        self._now = now

    def check(self) -> str:
        project = self._seen()
        if project.get("archived"):
            raise Wrong(f"{self.place.project} is archived: nobody can write to it.")
        if project.get("issues_enabled") is False:
            raise Wrong(f"{self.place.project} has no issues: they are switched off in its settings.")
        roles = [part(project, "permissions", name).get("access_level") for name in PERMISSIONS]
        levels = [level for level in roles if isinstance(level, int)]
        if levels and max(levels) < REPORTER:
            raise Wrong(f"The token is a guest in {self.place.project}: it needs the role Reporter.")
        return f"GitLab answers, and {self.place.project} has issues."

    def create(self, *, title: str, body: str, due_on: str | None) -> Issue:
        wanted = {"title": title, "description": without_commands(body)}
        return self._one(self._ask("POST", "/issues", body=wanted | ({"due_date": due_on} if due_on else {})))

    def find(self, marker: str, *, since: datetime) -> Issue | None:
        """GitLab looks into the table itself, so what was created is found at once."""
        query = {"search": marker, "in": "description", "scope": "all", "per_page": 20}
        found = rows(self._ask("GET", "/issues", query=query))
        issue = next((one for one in found if marker in str(one.get("description"))), None)
        return self._one(issue) if issue else None

    def get(self, number: str) -> Issue:
        try:
            return self._one(self._ask("GET", f"/issues/{number}"))
        except Gone:
            self._seen()
            raise

    def update(
        self, number: str, *, body: str | None = None, state: str = "", due_on: str | None = None
    ) -> Issue:
        wanted: dict[str, Any] = (
            {} if body is None else {"description": without_commands(body), "due_date": due_on or ""}
        )
        if state:
            wanted["state_event"] = "close" if state in ENDED else "reopen"
        return self._one(self._ask("PUT", f"/issues/{number}", body=wanted))

    def changed(self, since: datetime, *, page: str = "", etag: str = "") -> News:
        query = {"updated_after": iso(since), "order_by": "updated_at", "sort": "asc", "scope": "all"}
        found = rows(self._ask("GET", "/issues", query={**query, "per_page": PAGE, "page": page or 1}))
        following = str(int(page or 1) + 1) if len(found) == PAGE else ""
        return News([self._one(one) for one in found], following)

    def number_of(self, url: str) -> str:
        where = re.escape(f"{self.place.base_url}/{self.place.project}/")
        pattern = rf"{where}(?:-/)?(?:issues|work_items)/(\d{{1,12}})/?(?:[?#].*)?"
        found = re.fullmatch(pattern, url.strip(), re.IGNORECASE)
        return found[1] if found else ""

    def key_of(self, number: str) -> str:
        return f"{self.place.project}#{number}"

    def address_of(self, number: str) -> str:
        return f"{self.place.base_url}/{self.place.project}/-/issues/{number}"

    # webhooks

    def check_signature(self, raw: bytes, headers: Headers, secret: str) -> None:
        """A signing token signs as Standard Webhooks say; the older secret token is sent along as it is."""
        if "webhook-signature" not in headers:
            require_one(secret, [headers.get("x-gitlab-token", "")])
            return
        sent = headers.get("webhook-timestamp", "")
        content = b".".join([headers.get("webhook-id", "").encode(), sent.encode(), raw])
        expected = base64.b64encode(hmac.new(_key(secret), content, hashlib.sha256).digest()).decode()
        require_one(f"v1,{expected}", headers["webhook-signature"].split())
        require_recent(sent, self._now)

    def delivery_id(self, headers: Headers) -> str:
        return line(headers.get("webhook-id") or headers.get("idempotency-key"), 100)

    def heard(self, payload: Payload, headers: Headers) -> Heard | None:
        where = str(part(payload, "project").get("path_with_namespace"))
        if payload.get("object_kind") != "issue" or where.lower() != self.place.project.lower():
            return None
        said = part(payload, "object_attributes")
        people = {"assignees": payload.get("assignees")}
        issue = self._one({**said, **people})
        gone = "It was moved to another project." if said.get("moved_to_id") else ""
        return Heard(issue.number, f"issue {line(said.get('action'), 40)}", issue, gone=gone)

    def _ask(self, method: str, path: str, **how: Any) -> Any:
        try:
            return self.wire.ask(method, f"{self._project}{path}", **how).data
        except Gone as gone:
            if path == "/issues":
                hint = f"Is {self.place.project} right, and are issues on?"
                raise Wrong(f"{gone.words} {hint}") from gone
            raise

    def _seen(self) -> dict[str, Any]:
        try:
            return part(self.wire.ask("GET", self._project).data)
        except Gone as gone:
            raise Wrong(
                f"GitLab says no: there is no {self.place.project}, or the token may not see it."
            ) from gone

    def _one(self, data: object) -> Issue:
        if not isinstance(data, dict) or not isinstance(data.get("iid"), int):
            raise Unreadable("GitLab answered without an issue in it.")
        if data.get("moved_to_id"):
            state, words = RemoteState.DROPPED, "Moved to another project"
        else:
            state, words = _state(data)
        number = str(data["iid"])
        return Issue(
            number=number,
            key=self.key_of(number),
            url=self.address_of(number),
            state=state,
            words=words,
            assignee=line(
                ", ".join(line(one.get("username"), 40) for one in rows(data.get("assignees"))), 100
            ),
            updated_at=moment(data.get("updated_at")),
            body=data.get("description") or "",
            due_on=line(data.get("due_date"), 10) or None,
        )


PERMISSIONS = ("project_access", "group_access")


def _state(data: dict[str, Any]) -> tuple[RemoteState, str]:
    if data.get("state") != "closed":
        return RemoteState.OPEN, "Open"
    is_copy = data.get("duplicated_to_id") or part(data, "_links").get("closed_as_duplicate_of")
    return (RemoteState.DROPPED, "Closed as a duplicate") if is_copy else (RemoteState.CLOSED, "Closed")


def without_commands(text: str) -> str:
    """GitLab carries out lines that begin with a slash ("/close", "/assign"): a sign of no width stops it."""
    return re.sub(r"^(\s*)/", "\\1\u200b/", text, flags=re.MULTILINE)


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSignature("The secret is no signing token.") from error
