"""GitHub as it answers: `owner/repo` is acme/shop. Shapes from docs.github.com, REST API 2022-11-28 and webhooks."""

import hashlib
import hmac
import json

from tests.trackers.server import FakeTracker, Missing

ROOT = "/api/v3/repos/acme/shop"


class FakeGitHub(FakeTracker):
    kind, project = "github", "acme/shop"

    def answer(self, method, path, query, body, headers):
        if path == ROOT:
            return 200, {"full_name": "acme/shop", "has_issues": True, "archived": False}, {}
        if path == f"{ROOT}/issues" and method == "POST":
            return 201, self.add(**body), {}
        if path == f"{ROOT}/issues":
            return self.listed(query, headers)
        number = int(path.removeprefix(f"{ROOT}/issues/") or 0) if path.startswith(f"{ROOT}/issues/") else 0
        if number not in self.issues:
            raise Missing
        return 200, self.change(number, **body) if method == "PATCH" else self.issues[number], {}

    def add(self, title="Something", body="", **more):
        self.count += 1
        at = self.tick()
        row = {"number": self.count, "title": title, "body": body, "state": "open", "state_reason": None}
        row |= {"created_at": at, "updated_at": at, "assignees": [], "user": {"login": "ballast-bot"}}
        row["html_url"] = f"{self.base}/acme/shop/issues/{self.count}"
        self.issues[self.count] = row | more
        return self.issues[self.count]

    def change(self, number, **fields):
        self.issues[number] |= fields | {"updated_at": self.tick()}
        return self.issues[number]

    def close(self, number, reason="completed", login="octo-alice"):
        return self.change(number, state="closed", state_reason=reason, assignees=[{"login": login}])

    def reopen(self, number):
        return self.change(number, state="open", state_reason="reopened")

    def delete(self, number):
        del self.issues[number]

    def listed(self, query, headers):
        rows = [row for row in self.issues.values() if row["updated_at"] >= query["since"]]
        rows.sort(key=lambda row: row[f"{query['sort']}_at"], reverse=query["direction"] == "desc")
        size, page = int(query["per_page"]), int(query["page"])
        shown = rows[size * (page - 1) : size * page]
        tag = f'W/"{hashlib.sha256(json.dumps(shown).encode()).hexdigest()}"'
        if headers.get("If-None-Match") == tag:
            return 304, None, {"ETag": tag}
        return 200, shown, {"ETag": tag}

    def webhook(self, number, action, *, issue=None, event="issues", delivery=None):
        """(body, headers) without the signature."""
        payload = {"action": action, "issue": issue or self.issues[number]}
        payload |= {"repository": {"full_name": "acme/shop"}, "sender": {"login": "octo-alice"}}
        self.count_of_hooks = getattr(self, "count_of_hooks", 0) + 1
        return json.dumps(payload).encode(), {
            "x-github-event": event,
            "x-github-delivery": delivery or f"72d3162e-cc78-11e3-81ab-{self.count_of_hooks:012}",
        }

    @staticmethod
    def signed(raw, secret):
        return {"x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), raw, "sha256").hexdigest()}
