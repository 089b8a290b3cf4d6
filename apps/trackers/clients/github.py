"""GitHub and GitHub Enterprise Server: REST API 2022-11-28, repository webhooks of the event `issues`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from apps.core.payload import line, part, rows
from apps.core.signatures import hexdigest, require_one
from apps.trackers.clients.issue import Heard, Issue, News, Place
from apps.trackers.clients.trouble import Away, Gone, Unfit, Unreadable, Wrong
from apps.trackers.clients.wire import Headers, Payload, Wire, iso, moment
from apps.trackers.states import ENDED, RemoteState

PAGE, MOST_PAGES = 100, 10
CLOCKS_DIFFER = timedelta(minutes=5)
NOT_DONE = {"not_planned": "Closed as not planned", "duplicate": "Closed as a duplicate"}
GONE_BY = {"deleted": "It was deleted in GitHub.", "transferred": "It was moved to another repository."}


class GitHub:
    goes_by_time = True

    def __init__(self, place: Place, now: datetime) -> None:
        self.place = place
        is_dot_com = place.base_url in ("https://github.com", "https://www.github.com")
        root = "https://api.github.com" if is_dot_com else f"{place.base_url}/api/v3"
        headers = {
            "Authorization": f"Bearer {place.token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        self.wire = Wire("GitHub", root, headers, place=place.project, now=now)
        self._repo = f"/repos/{place.project}"

    def check(self) -> str:
        """What works, in one sentence. Raises Trouble that says what does not."""
        repo = self._repository()
        if repo.get("archived"):
            raise Wrong(f"{self.place.project} is archived: nobody can write to it.")
        if repo.get("has_issues") is False:
            raise Wrong(f"{self.place.project} has no issues: they are switched off in its settings.")
        return f"GitHub answers, and {self.place.project} has issues."

    def create(self, *, title: str, body: str, due_on: str | None) -> Issue:
        return self._one(self._ask("POST", "/issues", body={"title": title, "body": body}))

    def find(self, marker: str, *, since: datetime) -> Issue | None:
        """Among what was created since then, the newest first: a list, since the search lags behind."""
        begin = since - CLOCKS_DIFFER
        query = {"state": "all", "since": iso(begin), "sort": "created", "direction": "desc"}
        for page in range(1, MOST_PAGES + 1):
            found = rows(self._ask("GET", "/issues", query={**query, "per_page": PAGE, "page": page}))
            issue = next((one for one in found if marker in str(one.get("body"))), None)
            if issue:
                return self._one(issue)
            created = moment(found[-1].get("created_at")) if found else None
            if len(found) < PAGE or (created and created < begin):
                return None
        raise Away("GitHub has so many new issues that it is not sure whether this one is there already.")

    def get(self, number: str) -> Issue:
        try:
            return self._one(self._ask("GET", f"/issues/{number}"))
        except Gone:
            self._repository()  # otherwise it is the repository that cannot be seen, and no issue is gone
            raise

    def update(
        self, number: str, *, body: str | None = None, state: str = "", due_on: str | None = None
    ) -> Issue:
        wanted: dict[str, Any] = {} if body is None else {"body": body}
        if state in ENDED:
            reason = "completed" if state == RemoteState.CLOSED else "not_planned"
            wanted |= {"state": "closed", "state_reason": reason}
        elif state:
            wanted |= {"state": "open"}
        return self._one(self._ask("PATCH", f"/issues/{number}", body=wanted))

    def changed(self, since: datetime, *, page: str = "", etag: str = "") -> News:
        """With the ETag of an unchanged list the answer is 304, which costs nothing of the budget."""
        query = {"state": "all", "since": iso(since), "sort": "updated", "direction": "asc"}
        said = self.wire.ask(
            "GET",
            f"{self._repo}/issues",
            query={**query, "per_page": PAGE, "page": page or 1},
            headers={"If-None-Match": etag} if etag else None,
        )
        found = rows(said.data)
        issues = [self._one(one) for one in found if "pull_request" not in one]
        following = str(int(page or 1) + 1) if len(found) == PAGE else ""
        return News(issues, following, said.headers.get("etag", "")[:200])

    def number_of(self, url: str) -> str:
        where = re.escape(f"{self.place.base_url}/{self.place.project}/issues/")
        found = re.fullmatch(rf"{where}(\d{{1,12}})/?(?:[?#].*)?", url.strip(), re.IGNORECASE)
        return found[1] if found else ""

    def key_of(self, number: str) -> str:
        return f"{self.place.project}#{number}"

    def address_of(self, number: str) -> str:
        return f"{self.place.base_url}/{self.place.project}/issues/{number}"

    # webhooks

    def check_signature(self, raw: bytes, headers: Headers, secret: str) -> None:
        require_one(f"sha256={hexdigest(secret, raw)}", [headers.get("x-hub-signature-256", "")])

    def delivery_id(self, headers: Headers) -> str:
        return line(headers.get("x-github-delivery"), 100)

    def heard(self, payload: Payload, headers: Headers) -> Heard | None:
        """None: not about an issue of this project."""
        where = str(part(payload, "repository").get("full_name"))
        if headers.get("x-github-event") != "issues" or where.lower() != self.place.project.lower():
            return None
        issue = self._one(payload.get("issue"))
        action = line(payload.get("action"), 40)
        return Heard(issue.number, f"issues {action}", issue, gone=GONE_BY.get(action, ""))

    def _ask(self, method: str, path: str, **how: Any) -> Any:
        try:
            return self.wire.ask(method, f"{self._repo}{path}", **how).data
        except Gone as gone:
            if path == "/issues":  # the list is there as long as the repository is, and has issues
                raise Wrong(
                    f"{gone.words.rstrip('.')}. Is {self.place.project} right, and are issues on?"
                ) from gone
            raise

    def _repository(self) -> dict[str, Any]:
        try:
            return part(self.wire.ask("GET", self._repo).data)
        except Gone as gone:
            hint = f"There is no {self.place.project}, or the token may not see it."
            raise Wrong(f"GitHub says no: {hint}" if "moved" not in gone.words else gone.words) from gone

    def _one(self, data: object) -> Issue:
        if not isinstance(data, dict) or not isinstance(data.get("number"), int):
            raise Unreadable("GitHub answered without an issue in it.")
        if "pull_request" in data:
            raise Unfit("This is a pull request, not an issue.")
        state, words = _state(data)
        number = str(data["number"])
        return Issue(
            number=number,
            key=self.key_of(number),
            url=self.address_of(number),
            state=state,
            words=words,
            assignee=line(", ".join(line(one.get("login"), 40) for one in rows(data.get("assignees"))), 100),
            updated_at=moment(data.get("updated_at")),
            body=data.get("body") or "",
        )


def _state(data: dict[str, Any]) -> tuple[str, str]:
    if data.get("state") != "closed":
        return RemoteState.OPEN, "Open"
    words = NOT_DONE.get(str(data.get("state_reason")))
    return (RemoteState.DROPPED, words) if words else (RemoteState.CLOSED, "Closed")
