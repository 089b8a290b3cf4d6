"""Steps of time in the words of an axis and of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apps.metrics.periods import Span

LABELLED = 8  # labels on the axis at most; a phone shows every fourth step's


@dataclass(frozen=True, slots=True)
class Named:
    label: str
    name: str
    is_part: bool


def named(steps: Sequence[Span], whole: Span) -> list[Named]:
    """The first and the last may be cut short."""
    every = every_label(len(steps))
    ends = {0, len(steps) - 1}
    found = []
    for index, step in enumerate(steps):
        is_part = index in ends and is_cut(step, whole)
        label = _label(step, whole) if index % every == 0 else ""
        found.append(Named(label, _name(step, whole, is_part=is_part), is_part))
    return found


def every_label(count: int) -> int:
    """A power of two, so that a phone's fourth is labelled."""
    return 1 << (-(-max(1, count) // LABELLED) - 1).bit_length()


def is_cut(step: Span, whole: Span) -> bool:
    """Shorter than its kind, or not over."""
    usual = {"week": 7, "month": 28, "quarter": 90}[whole.step_name]
    return step.length < usual or step.is_running


def _label(step: Span, whole: Span) -> str:
    if whole.step_name == "week":
        return f"{step.first.day} {step.first:%b}"
    return f"{step.first:%b %Y}" if step.first.month == 1 else f"{step.first:%b}"


def _name(step: Span, whole: Span, *, is_part: bool) -> str:
    first = step.first
    name = f"From {first.day} {first:%b %Y}" if whole.step_name == "week" else f"{first:%B %Y}"
    days = f", {step.length} days" if step.length > 1 else ", 1 day"
    return name + ((", so far" if step.is_running else days) if is_part else "")
