"""Mails whose words do not matter, and one of each way a mail can go."""

from apps.notifications.mail import Mail


def render_plain(row, now):
    text = row.payload.get("text", "A line.")
    return Mail(subject=row.payload.get("subject", "Hello"), text=text, html="<p>A line.</p>")


def render_nothing(row, now):
    return None


def render_broken(row, now):
    raise KeyError("a template that is wrong")


def render_in_portal(row, now):
    return Mail(subject="For the portal", text="A line.", in_portal_only=True)


def kind(render, category="reminders", promise="at_most_once", **more):
    return {"render": f"{__name__}.{render.__name__}", "category": category, "promise": promise} | more


KINDS = {
    "digest": kind(render_plain, composed=True),
    "portal": kind(render_in_portal, composed=True),
    "assigned": kind(render_plain, "assigned", paced=True),
    "late": kind(render_plain, "incidents"),
    "reset": kind(render_plain, "security", "at_least_once"),
    "empty": kind(render_nothing),
    "broken": kind(render_broken),
}
