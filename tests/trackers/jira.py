"""Jira as it answers, Cloud and Data Center: the project is OPS. Shapes from developer.atlassian.com, REST API 2."""

import base64
import hmac
import json
import re

from tests.trackers.server import FakeTracker, Missing

STATUSES = {
    "To Do": "new",
    "In Progress": "indeterminate",
    "Done": "done",
    "Won't Do": "done",
}


class FakeJira(FakeTracker):
    """Data Center: a personal access token, pages by number."""

    kind, project, extra = "jira", "OPS", {"issue_type": "Task"}
    has_due_dates = True
    search = "/rest/api/2/search"

    def answer(self, method, path, query, body, headers):
        if path == "/rest/api/2/project/OPS":
            types = [{"name": "Task", "subtask": False}, {"name": "Sub-task", "subtask": True}]
            return 200, {"key": "OPS", "issueTypes": types}, {}
        if path == "/rest/api/2/issue":
            return self.created(**body["fields"])
        if path == self.search:
            return 200, self.found(**body), {}
        found = re.fullmatch(r"/rest/api/2/issue/(OPS-\d+)(/transitions)?", path)
        if not found or found[1] not in self.issues:
            raise Missing
        if found[2]:
            return self.steps(found[1], method, body)
        if method == "PUT":
            if "duedate" in body["fields"] and not self.has_due_dates:
                return self.refused("duedate")
            self.change(found[1], **body["fields"])
            return 204, None, {}
        return 200, self.issues[found[1]], {}

    def refused(self, field):
        said = f"Field '{field}' cannot be set. It is not on the appropriate screen, or unknown."
        return 400, {"errorMessages": [], "errors": {field: said}}, {}

    def created(self, project, issuetype, summary, description, duedate=None):
        if duedate and not self.has_due_dates:
            return self.refused("duedate")
        key = self.add(summary, description, duedate)["key"]
        return 201, {"id": "10001", "key": key, "self": f"{self.base}/rest/api/2/issue/10001"}, {}

    def add(self, summary="Something", description="", duedate=None):
        self.count += 1
        key = f"OPS-{self.count}"
        fields = {"summary": summary, "description": description, "duedate": duedate, "assignee": None}
        fields |= {"project": {"key": "OPS"}, "resolution": None}
        self.issues[key] = {"id": str(self.count), "key": key, "fields": fields}
        return self.change(key, status="To Do")

    def change(self, key, status="", resolution=None, **fields):
        at = self.tick().replace("Z", ".000+0000")
        row = self.issues[key]["fields"]
        row |= fields | {"updated": at}
        if status:
            category = {"key": STATUSES[status]}
            row |= {"status": {"name": status, "statusCategory": category}}
            row |= {"resolution": {"name": resolution} if resolution else None}
        return self.issues[key]

    def close(self, number):
        return self.change(f"OPS-{number}", "Done", "Done", assignee={"displayName": "Alice Adams"})

    def drop(self, number):
        return self.change(f"OPS-{number}", "Done", "Won't Do")

    def progress(self, number):
        return self.change(f"OPS-{number}", "In Progress")

    def steps(self, key, method, body):
        names = list(STATUSES)
        if method == "POST":
            self.change(key, names[int(body["transition"]["id"])])
            return 204, None, {}
        steps = [
            {"id": str(n), "name": name, "to": {"name": name, "statusCategory": {"key": STATUSES[name]}}}
            for n, name in enumerate(names)
        ]
        return 200, {"transitions": steps}, {}

    def matching(self, jql):
        rows = list(self.issues.values())
        marker = re.search(r'text ~ "(\w+)"', jql)
        if marker:
            return [row for row in rows if marker[1] in (row["fields"]["description"] or "")]
        assert re.search(r'^project = "OPS" AND updated >= "-\d+m" ORDER BY updated ASC$', jql)
        return sorted(rows, key=lambda row: row["fields"]["updated"])

    def found(self, jql, maxResults, fields, startAt=0):  # noqa: N803
        rows = self.matching(jql)[startAt : startAt + maxResults]
        return {"startAt": startAt, "maxResults": maxResults, "issues": rows}

    def webhook(self, number, event="jira:issue_updated"):
        payload = {"timestamp": 1772442000000, "webhookEvent": event, "issue": self.issues[f"OPS-{number}"]}
        return json.dumps(payload).encode(), {"x-atlassian-webhook-identifier": f"{event}-{number}"}

    @staticmethod
    def signed(raw, secret):
        return {"x-hub-signature": "sha256=" + hmac.new(secret.encode(), raw, "sha256").hexdigest()}


class FakeJiraCloud(FakeJira):
    """An e-mail with its API token, pages by tokens; the older search is gone."""

    extra = {"issue_type": "Task", "account": "alice@example.com"}
    search = "/rest/api/2/search/jql"

    def is_allowed(self, headers):
        pair = base64.b64encode(f"alice@example.com:{self.token}".encode()).decode()
        return headers.get("Authorization") == f"Basic {pair}"

    def found(self, jql, maxResults, fields, nextPageToken=""):  # noqa: N803
        begin = int(nextPageToken.removeprefix("page-") or 0)
        rows = self.matching(jql)
        more = begin + maxResults < len(rows)
        following = {"nextPageToken": f"page-{begin + maxResults}"} if more else {}
        return {"issues": rows[begin : begin + maxResults], "isLast": not more, **following}
