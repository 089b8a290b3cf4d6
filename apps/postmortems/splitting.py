"""Sorts the text of a document written elsewhere into the sections of the template; nothing is dropped."""

import re

from apps.postmortems.models.shipped import NARRATIVE, SECTIONS

HEADING = re.compile(r"(#{1,4})\s+(.+?)\s*#*\s*$")
CODE = re.compile(r"\s{0,3}(```|~~~)")
OTHER_NAMES = {
    "executive summary": "summary",
    "overview": "summary",
    "customer impact": "impact",
    "root cause": "factors",
    "root causes": "factors",
    "contributing factors": "factors",
    "trigger": "factors",
    "resolution": "resolution",
    "recovery": "resolution",
    "what went wrong": "poorly",
    "lessons learned": "lessons",
}
NAMES = OTHER_NAMES | {template.title.lower(): template.slug for template in SECTIONS}


def split_sections(body: str) -> dict[str, str]:
    """{section slug: text}. A heading that the template knows opens its section, until a heading of the same
    or a higher level; all the rest stays together, in order, as the narrative."""
    parts: dict[str, list[str]] = {}
    slug, level, in_code = NARRATIVE.slug, 0, False
    for line in body.splitlines():
        in_code ^= CODE.match(line) is not None
        heading = None if in_code else HEADING.match(line)
        if heading:
            known = NAMES.get(heading[2].strip(" *:").lower())
            if known:
                slug, level = known, len(heading[1])
            elif len(heading[1]) <= level:
                slug, level = NARRATIVE.slug, 0
            if known and _says_title(heading[2], known):
                parts.setdefault(slug, []).append("")
                continue
        parts.setdefault(slug, []).append(line)
    texts = {slug: "\n".join(lines).strip("\n") for slug, lines in parts.items()}
    return {slug: text for slug, text in texts.items() if text.strip()}


def _says_title(heading: str, slug: str) -> bool:
    """The section's own title says this already; any other wording is kept."""
    return any(each.slug == slug and each.title.lower() == heading.lower() for each in SECTIONS)
