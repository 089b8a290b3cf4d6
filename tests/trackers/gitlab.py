"""GitLab as it answers: the project is acme/ops/runbooks. Shapes from docs.gitlab.com, REST API v4 and webhooks."""

import base64
import hmac
import json
import time

from tests.trackers.server import FakeTracker, Missing

ROOT = "/api/v4/projects/acme%2Fops%2Frunbooks"


class FakeGitLab(FakeTracker):
    kind, project = "gitlab", "acme/ops/runbooks"
    level = 30

    def is_allowed(self, headers):
        return headers.get("PRIVATE-TOKEN") == self.token

    def answer(self, method, path, query, body, headers):
        if path == ROOT:
            access = {"project_access": {"access_level": self.level}, "group_access": None}
            return (
                200,
                {"path_with_namespace": self.project, "issues_enabled": True, "permissions": access},
                {},
            )
        if path == f"{ROOT}/issues" and method == "POST":
            return 201, self.add(**body), {}
        if path == f"{ROOT}/issues":
            return 200, self.listed(query), {"RateLimit-Remaining": "1999"}
        number = int(path.removeprefix(f"{ROOT}/issues/")) if path.startswith(f"{ROOT}/issues/") else 0
        if number not in self.issues:
            raise Missing
        return 200, self.change(number, **body) if method == "PUT" else self.issues[number], {}

    def add(self, title="Something", description="", due_date=None):
        self.count += 1
        at = self.tick()
        row = {"id": 900 + self.count, "iid": self.count, "title": title, "description": description}
        row |= {"state": "opened", "created_at": at, "updated_at": at, "due_date": due_date, "assignees": []}
        row |= {"moved_to_id": None, "_links": {"closed_as_duplicate_of": None}}
        self.issues[self.count] = row
        return row

    def change(self, number, state_event="", **fields):
        state = {"close": {"state": "closed"}, "reopen": {"state": "opened"}}.get(state_event, {})
        self.issues[number] |= fields | state | {"updated_at": self.tick()}
        return self.issues[number]

    def close(self, number):
        return self.change(number, "close", assignees=[{"username": "gl-bob"}])

    def drop(self, number):
        return self.change(number, "close", _links={"closed_as_duplicate_of": "https://x.example/1"})

    def progress(self, number):
        return self.change(number)

    def listed(self, query):
        rows = list(self.issues.values())
        if "search" in query:
            return [row for row in rows if query["search"] in row["description"]]
        rows = [row for row in rows if row["updated_at"] >= query["updated_after"]]
        return sorted(rows, key=lambda row: row["updated_at"])[: int(query["per_page"])]

    def webhook(self, number, action="close"):
        row = self.issues[number]
        said = {name: row[name] for name in ("id", "iid", "title", "description", "state", "due_date")}
        said |= {"action": action, "updated_at": row["updated_at"].replace("T", " ").replace("Z", " UTC")}
        payload = {"object_kind": "issue", "event_type": "issue", "object_attributes": said}
        payload |= {"project": {"path_with_namespace": self.project}, "assignees": row["assignees"]}
        return json.dumps(payload).encode(), {
            "x-gitlab-event": "Issue Hook",
            "idempotency-key": f"k-{number}",
        }

    @staticmethod
    def signed(raw, secret):
        return {"x-gitlab-token": secret}

    @staticmethod
    def signed_as_standard_webhooks(raw, secret, at=None):
        sent = str(int(at or time.time()))
        key = base64.b64decode(secret.removeprefix("whsec_"))
        digest = hmac.new(key, b".".join([b"msg-1", sent.encode(), raw]), "sha256").digest()
        signature = f"v1,{base64.b64encode(digest).decode()}"
        return {"webhook-id": "msg-1", "webhook-timestamp": sent, "webhook-signature": signature}
