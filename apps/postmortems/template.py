"""The template every postmortem starts from. Guidance asks how and what, never who."""

from typing import NamedTuple

from apps.postmortems.models import SectionKind


class SectionTemplate(NamedTuple):
    slug: str
    title: str
    guidance: str
    is_required: bool = False
    kind: str = SectionKind.TEXT


SECTIONS = (
    SectionTemplate(
        "summary",
        "Summary",
        "What happened, to whom, and for how long? Three sentences that a colleague from another team understands.",
        is_required=True,
    ),
    SectionTemplate(
        "impact",
        "Impact",
        "How many users or requests were affected, what could they not do, and what did it cost? "
        "Give numbers or a stated estimate and how you arrived at it; “unknown so far” is an answer.",
        is_required=True,
        kind=SectionKind.IMPACT,
    ),
    SectionTemplate(
        "background",
        "Background",
        "What does a reader need to know about the system before the rest makes sense? Leave it empty when nothing.",
    ),
    SectionTemplate(
        "detection",
        "Detection",
        "How did we learn of it, how long after it began, and what would have told us sooner?",
    ),
    SectionTemplate(
        "factors",
        "Trigger and contributing factors",
        "What set it off, and what made it possible? How did each factor look before the incident? "
        "There is seldom one cause, and it is never a person.",
        is_required=True,
        kind=SectionKind.FACTORS,
    ),
    SectionTemplate(
        "timeline",
        "Timeline",
        "What happened in which order, in UTC, from before the trigger to the end? "
        "Use roles such as “the on-call engineer”, and link the graph or log that shows it.",
    ),
    SectionTemplate(
        "resolution",
        "Recovery and resolution",
        "What ended the impact, what was tried before, and what had to be repaired afterwards?",
        is_required=True,
    ),
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

# Holds the text of documents that were written elsewhere, after the summary.
NARRATIVE = SectionTemplate("narrative", "What happened", "The account as it was written.")
