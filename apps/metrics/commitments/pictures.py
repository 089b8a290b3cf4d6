"""The charts of commitments. Each says its finding in a sentence, and nothing that its numbers do not hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from apps.core.charts import Bar, Chart, Point, Small, columns, lines, small_multiples
from apps.core.templatetags.times import half_up
from apps.metrics.axis import every_label, named

if TYPE_CHECKING:
    from apps.metrics.commitments.ages import Part
    from apps.metrics.commitments.dates import Month
    from apps.metrics.commitments.flow import FlowStep
    from apps.metrics.periods import Span

ENDS = ("Promised", "Done", "Given up")
FEW = 5  # a share of fewer is drawn hollow


def flow_chart(steps: Sequence[FlowStep], whole: Span) -> Chart:
    said = named([step.span for step in steps], whole)
    bars = [
        Bar(
            word.label,
            word.name,
            (step.sums.promised, step.sums.done, step.sums.given_up),
            step.span.is_running,
        )
        for word, step in zip(said, steps, strict=True)
    ]
    came, went = (sum(getattr(step.sums, name) for step in steps) for name in ("promised", "ended"))
    return columns(
        bars,
        ENDS,
        stacks=((0,), (1, 2)),
        title=f"Promised and ended per {whole.step_name}",
        finding=f"{came:,} were promised and {went:,} ended, done or given up.",
        head=whole.step_name.capitalize(),
    )


def open_chart(steps: Sequence[FlowStep], whole: Span, before: int) -> Chart:
    said = named([step.span for step in steps], whole)
    points = [
        Point(word.label, word.name, step.open_after, is_part=word.is_part and step.span.is_running)
        for word, step in zip(said, steps, strict=True)
    ]
    last = steps[-1].open_after if steps else before
    move = "falls" if last < before else "rises" if last > before else "stays"
    way = f"at {last:,}" if move == "stays" else f"from {before:,} to {last:,}"
    return lines(
        points,
        title=f"Open at the end of each {whole.step_name}",
        finding=f"What is open {move} {way}.",
        head=whole.step_name.capitalize(),
        value_head="Open",
    )


def months_chart(months: Sequence[Month]) -> Chart:
    every = every_label(len(months))
    points = [
        Point(
            f"{month.span.first:%b}" if index % every == 0 else "",
            f"From {month.span.first.day} {month.span.first:%b %Y}"
            + (", so far" if month.span.is_running else ""),
            None if month.share is None else 100 * month.share,
            None if month.interval.low is None else 100 * month.interval.low,
            None if month.interval.high is None else 100 * month.interval.high,
            is_part=month.judged < FEW,
            said=""
            if month.share is None
            else f"{half_up(100 * month.share, 0)}% ({month.kept} of {month.judged})",
        )
        for index, month in enumerate(months)
    ]
    kept, judged = (sum(getattr(month, name) for month in months) for name in ("kept", "judged"))
    return lines(
        points,
        title="Done by the first date, by month",
        finding=f"In both periods {kept:,} of {judged:,} were done by the first date. The band is the 95% "
        f"interval; a hollow dot stands for fewer than {FEW}.",
        head="First dates",
        value_head="Done by it",
        unit="%",
        top=100,
    )


def parts_chart(parts: Sequence[Part], *, title: str, head: str) -> Chart:
    whole, most = sum(part.count for part in parts), max(parts, key=lambda part: part.count)
    return columns(
        [Bar(part.label, part.name, (part.count,)) for part in parts],
        ("Action items",),
        title=title,
        finding=f"Of {whole:,} most, {most.count:,}, are in “{most.name}”.",
        head=head,
        height=180,
    )


def groups_chart(smalls: Sequence[Small], steps: Sequence[Span], whole: Span, by: str) -> Chart:
    return small_multiples(
        smalls,
        [word.name for word in named(steps, whole)],
        title=f"Open at the end of each {whole.step_name}, by {by}",
        finding=f"Those {len(smalls)} with the most open ones, all on one scale.",
        head=whole.step_name.capitalize(),
    )
