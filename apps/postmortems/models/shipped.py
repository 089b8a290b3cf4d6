"""The templates that come with the portal. Guidance asks how and what, never who."""

from typing import Any, NamedTuple

from apps.incidents.models import IncidentKind
from apps.postmortems.models.words import BlockKind, Measure, SectionKind


class SectionTemplate(NamedTuple):
    """`blocks` are drawn from the incidents below the text."""

    slug: str
    title: str
    guidance: str
    is_required: bool = False
    kind: str = SectionKind.TEXT
    blocks: tuple[str, ...] = ()


SUMMARY = SectionTemplate(
    "summary",
    "Summary",
    "What happened, to whom, and for how long? Three sentences that a colleague from another team understands.",
    is_required=True,
    blocks=(BlockKind.SEVERITY, BlockKind.SERVICES),
)
IMPACT = SectionTemplate(
    "impact",
    "Impact",
    "How many users or requests were affected, what could they not do, and what did it cost? "
    "Give numbers or a stated estimate and how you arrived at it; “unknown so far” is an answer.",
    is_required=True,
    kind=SectionKind.IMPACT,
    blocks=(BlockKind.WINDOWS,),
)
FACTORS = SectionTemplate(
    "factors",
    "Trigger and contributing factors",
    "What set it off, and what made it possible? How did each factor look before the incident? "
    "There is seldom one cause, and it is never a person.",
    is_required=True,
    kind=SectionKind.FACTORS,
)
TIMELINE = SectionTemplate(
    "timeline",
    "Timeline",
    "What happened in which order, in UTC, from before the trigger to the end? "
    "Use roles such as “the on-call engineer”, and link the graph or log that shows it.",
    blocks=(BlockKind.TIMELINE, BlockKind.ROLES),
)
RESOLUTION = SectionTemplate(
    "resolution",
    "Recovery and resolution",
    "What ended the impact, what was tried before, and what had to be repaired afterwards?",
    is_required=True,
)

SECTIONS = (
    SUMMARY,
    IMPACT,
    SectionTemplate(
        "background",
        "Background",
        "What does a reader need to know about the system before the rest makes sense? Leave it empty when nothing.",
    ),
    SectionTemplate(
        "detection",
        "Detection",
        "How did we learn of it, how long after it began, and what would have told us sooner?",
        blocks=(BlockKind.DETECTION, BlockKind.MILESTONES),
    ),
    FACTORS,
    TIMELINE,
    RESOLUTION,
    SectionTemplate(
        "well",
        "What went well",
        "Which tools, habits or decisions kept this from being worse, and should be kept?",
        kind=SectionKind.WELL,
    ),
    SectionTemplate(
        "poorly",
        "What went poorly",
        "Where did the system, a tool or a process make the work harder: during the outage, and during recovery?",
        kind=SectionKind.POORLY,
    ),
    SectionTemplate(
        "lucky",
        "Where we got lucky",
        "What could easily have gone worse, and was not stopped by anything we built?",
        kind=SectionKind.LUCKY,
    ),
    SectionTemplate(
        "surprises",
        "What surprised us",
        "What did we believe about the system that turned out to be different?",
        kind=SectionKind.SURPRISE,
    ),
    SectionTemplate(
        "lessons",
        "Lessons",
        "What do we know now, and what should other teams know? The promises themselves are action items.",
    ),
    SectionTemplate(
        "appendix",
        "Appendix",
        "Which graphs, logs, queries and terms support the numbers above?",
    ),
)

LIGHTWEIGHT = (
    SUMMARY,
    IMPACT,
    FACTORS,
    RESOLUTION._replace(
        guidance="What ended it, and what was left to repair? How would the next person find the way faster?"
    ),
    SectionTemplate(
        "lessons",
        "What we learnt",
        "What went well, what made it harder, where did we get lucky, and what surprised us? "
        "One line each is enough.",
        kind=SectionKind.LESSONS,
    ),
    TIMELINE,
)

NEAR_MISS = (
    SUMMARY._replace(
        guidance="What nearly happened, to whom would it have happened, and how close did it come?"
    ),
    FACTORS._replace(
        guidance="What set it off, what let it come so far, and what stopped it? "
        "Mark what stopped it as something that kept it from being worse.",
    ),
    SectionTemplate(
        "what-if",
        "How it could have gone on",
        "What would have had to be a little different for users to notice? How likely is that next time?",
        is_required=True,
    ),
    SectionTemplate(
        "lessons",
        "What we learnt",
        "What held, what was luck, and what did we believe about the system that turned out to be different?",
        kind=SectionKind.LESSONS,
    ),
    TIMELINE,
)

# Holds the text of documents that were written elsewhere, after the summary.
NARRATIVE = SectionTemplate("narrative", "What happened", "The account as it was written.")


def _rows(parts: tuple[SectionTemplate, ...]) -> list[dict[str, Any]]:
    return [
        part._asdict() | {"kind": str(part.kind), "blocks": [str(block) for block in part.blocks]}
        for part in parts
    ]


SHIPPED_TEMPLATES: dict[str, dict[str, Any]] = {
    "full": {
        "name": "Full",
        "description": "Every question that a grave incident deserves.",
        "sections": _rows(SECTIONS),
        "severities": [1, 2],
        "measures": [str(Measure.USERS), str(Measure.REVENUE)],
    },
    "lightweight": {
        "name": "Lightweight",
        "description": "Half an hour's writing for what was small and still worth learning from.",
        "sections": _rows(LIGHTWEIGHT),
        "severities": [3, 4],
        "measures": [str(Measure.USERS)],
    },
    "near-miss": {
        "name": "Near miss",
        "description": "Nobody was hurt; what stopped it, and what was luck?",
        "sections": _rows(NEAR_MISS),
        "kinds": [str(IncidentKind.NEAR_MISS)],
        "measures": [],
    },
}
