"""Badges, glyphs and icons. Colour comes with a glyph and a word; what is drawn often is drawn once and kept."""

from datetime import date
from functools import lru_cache

from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_RING = '<circle cx="7" cy="7" r="5.5" fill="none" stroke="currentColor" stroke-width="1.75"{}/>'
_LINE = 'fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"'
_TICK = (
    'fill="none" stroke="var(--surface)" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"'
)
_SOLID = '<circle cx="7" cy="7" r="6.4" fill="currentColor"/>'

GLYPHS = {
    "dashed": _RING.format(' stroke-dasharray="2.3 1.9"'),
    "ring": _RING.format(""),
    "quarter": _RING.format("") + '<path d="M7 3.9A3.1 3.1 0 0 1 10.1 7H7z" fill="currentColor"/>',
    "half": _RING.format("") + '<path d="M7 3.9a3.1 3.1 0 0 1 0 6.2z" fill="currentColor"/>',
    "three": _RING.format("") + '<path d="M7 3.9A3.1 3.1 0 1 1 3.9 7H7z" fill="currentColor"/>',
    "tick": _SOLID + f'<path d="m4.3 7.2 1.9 1.9 3.5-4" {_TICK}/>',
    "tick-line": _RING.format("") + f'<path d="m4.6 7.1 1.7 1.7 3.1-3.5" {_LINE}/>',
    "bar": _RING.format("") + f'<path d="M4.6 7h4.8" {_LINE}/>',
    "cross": _RING.format("") + f'<path d="m5.2 5.2 3.6 3.6M8.8 5.2 5.2 8.8" {_LINE}/>',
    "turn": _RING.format("") + f'<path d="M4.6 7H9M7.4 5.4 9 7 7.4 8.6" {_LINE}/>',
}

# Statuses of incidents, postmortems, action items, mails and webhooks share no name, so one table serves all.
STATES: dict[str, tuple[str, str, str]] = {
    "triage": ("Triage", "dashed", "danger"),
    "investigating": ("Investigating", "quarter", "orange"),
    "identified": ("Identified", "half", "orange"),
    "mitigated": ("Mitigated", "three", "info"),
    "resolved": ("Resolved", "tick", "ok"),
    "closed": ("Closed", "tick-line", ""),
    "declined": ("Declined", "bar", ""),
    "cancelled": ("Cancelled", "cross", ""),
    "merged": ("Merged", "turn", ""),
    "draft": ("Draft", "quarter", ""),
    "in_review": ("In review", "half", "info"),
    "changes_requested": ("Changes requested", "turn", "warn"),
    "approved": ("Approved", "three", "ok"),
    "published": ("Published", "tick", "ok"),
    "withdrawn": ("Withdrawn", "turn", ""),
    "owed": ("Owed", "dashed", "warn"),
    "met": ("Met", "tick", "ok"),
    "waived": ("Waived", "bar", ""),
    "dropped": ("Dropped", "cross", ""),
    "proposed": ("Proposed", "dashed", ""),
    "open": ("Open", "ring", "info"),
    "in_progress": ("In progress", "half", "info"),
    "blocked": ("Blocked", "bar", "warn"),
    "done": ("Done", "three", "ok"),
    "verified": ("Verified", "tick", "ok"),
    "wont_do": ("Won’t do", "cross", ""),
    "duplicate": ("Duplicate", "turn", ""),
    "queued": ("Queued", "ring", "info"),
    "claimed": ("Being sent", "quarter", "info"),
    "sending": ("Being sent", "half", "info"),
    "sent": ("Sent", "tick", "ok"),
    "received": ("Received", "ring", "info"),
    "processing": ("Being processed", "half", "info"),
    "processed": ("Processed", "tick", "ok"),
    "failed": ("Failed", "cross", "danger"),
    "expired": ("Expired", "bar", ""),
    "skipped_empty": ("Nothing left to say", "bar", ""),
    "unknown": ("Unknown", "dashed", "warn"),
    "suppressed": ("Suppressed", "bar", ""),
    "delivered": ("Delivered", "tick", "ok"),
    "dead": ("Given up", "cross", "danger"),
    "enabled": ("Enabled", "tick", "ok"),
    "failing": ("Failing", "bar", "warn"),
    "disabled": ("Disabled", "bar", ""),
    "paused": ("Paused", "bar", ""),
}
SEVERITY_TONES = {1: "tone-danger", 2: "tone-orange", 3: "tone-warn"}
KINDS: dict[str, tuple[str, str]] = {
    "prevent": ("Prevent", "shield"),
    "mitigate": ("Mitigate", "buoy"),
    "detect": ("Detect", "eye"),
    "process": ("Process", "list"),
    "investigate": ("Investigate", "search"),
    "repair": ("Repair", "wrench"),
    "near_miss": ("Near miss", "flag"),
    "drill": ("Drill", "repeat"),
    "test": ("Test", "code"),
    "backfilled": ("Backfilled", "history"),
}
SOON_DAYS = 2


@lru_cache(maxsize=1)
def sprite() -> str:
    return static("icons.svg")


@lru_cache(maxsize=512)
def icon(name: str, css: str = "") -> SafeString:
    """`{% icon "clock" "icon-sm" %}`; decoration only, the words beside it carry the meaning."""
    classes = f"icon {css}".strip()
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', classes, sprite(), name
    )


@lru_cache(maxsize=64)
def glyph(name: str) -> SafeString:
    return format_html(
        '<svg class="glyph" viewBox="0 0 14 14" aria-hidden="true">{}</svg>',
        mark_safe(GLYPHS[name]),  # noqa: S308 - our own constant
    )


@lru_cache(maxsize=16)
def _bars(level: int) -> SafeString:
    bars = []
    for step in range(4):
        height = 3 + 2.6 * step
        faint = mark_safe(' opacity=".28"') if step > 4 - level else ""
        bars.append(
            format_html(
                '<rect x="{}" y="{}" width="2" height="{}" rx=".7"{}/>',
                f"{3.2 * step:.1f}",
                f"{11 - height:.1f}",
                f"{height:.1f}",
                faint,
            )
        )
    inside = SafeString("".join(bars))
    return format_html('<svg class="glyph" viewBox="0 0 12 11" aria-hidden="true">{}</svg>', inside)


@lru_cache(maxsize=16)
def severity_badge(level: int) -> SafeString:
    """SEV1 is the worst: four full bars."""
    if level not in range(1, 5):
        return SafeString('<span class="badge sev">No severity</span>')
    return format_html(
        '<span class="badge sev sev-{} {}">{}SEV{}</span>',
        level,
        SEVERITY_TONES.get(level, ""),
        _bars(level),
        level,
    )


@lru_cache(maxsize=128)
def state_badge(status: str, css: str = "bare") -> SafeString:
    """Glyph, word and tone of a status; pass an empty second argument for the filled form."""
    label, mark, tone = STATES.get(status, (status.replace("_", " ").capitalize(), "ring", ""))
    classes = " ".join(filter(None, ["badge", css, "state", tone and f"tone-{tone}"]))
    return format_html('<span class="{}">{}{}</span>', classes, glyph(mark), label)


@lru_cache(maxsize=16)
def priority_badge(priority: str | int) -> SafeString:
    digit = str(priority).lstrip("Pp")[:1] or "3"
    return format_html('<span class="badge prio prio-{}">P{}</span>', digit, digit)


@lru_cache(maxsize=32)
def kind_badge(kind: str) -> SafeString:
    """The kind of an action item or of an incident; a real incident needs no mark."""
    if kind == "real":
        return SafeString("")
    label, image = KINDS.get(kind, (kind.replace("_", " ").capitalize(), "tag"))
    return format_html('<span class="badge bare">{}{}</span>', icon(image), label)


def due_badge(due_on: date | None, today: date | None = None) -> SafeString:
    """How far away a date is, in words; red once it is over, amber two days before."""
    if due_on is None:
        return SafeString('<span class="text-2">No due date</span>')
    return _days_badge((due_on - (today or timezone.localdate())).days)


@lru_cache(maxsize=512)
def _days_badge(days: int) -> SafeString:
    words = _due_words(days)
    if days > SOON_DAYS:
        return format_html('<span class="badge">{}</span>', words)
    tone = "danger" if days < 0 else "warn"
    return format_html('<span class="badge tone-{}">{}{}</span>', tone, icon("clock"), words)


def _due_words(days: int) -> str:
    if days < 0:
        return f"{-days} {'day' if days == -1 else 'days'} overdue"
    return {0: "Today", 1: "Tomorrow"}.get(days, f"In {days} days")
