"""Mails whose words do not matter, and one of each way a mail can go."""

from apps.notifications.mail import Mail


def render_plain(row, now):
    return Mail(subject=row.payload.get("subject", "Hello"), text="A line.", html="<p>A line.</p>")


def render_nothing(row, now):
    return None


def render_broken(row, now):
    raise KeyError("a template that is wrong")


def kind(render, category="reminders", promise="at_most_once"):
    return {"render": f"{__name__}.{render.__name__}", "category": category, "promise": promise}


KINDS = {
    "digest": kind(render_plain),
    "reset": kind(render_plain, "security", "at_least_once"),
    "empty": kind(render_nothing),
    "broken": kind(render_broken),
}
