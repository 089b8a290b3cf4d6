"""The portable form as one Markdown file: YAML front matter, then the sections as they are read.

Comments, which no reader sees, say where a section begins and where the rows that hang on it do. The rows are
shown for people; what is read back is the front matter. Reading what was written gives the same form, to the byte.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from apps.postmortems.document import Reading, put_together
from apps.postmortems.frontmatter import FENCE, BrokenFile
from apps.postmortems.models import FactorCategories
from apps.postmortems.portable.form import FORMAT

MARK = re.compile(r"^(\\*)(<!-- (?:section|rows)\b)", re.MULTILINE)
SECTION = re.compile(r"^<!-- section: ([-a-z0-9_]+) -->\n## .*\n\n", re.MULTILINE)
ROWS = "\n<!-- rows -->\n"
WIDE = 1_000_000  # no line of the front matter is folded


class _Dumper(yaml.SafeDumper):
    """Texts of several lines are written as such where YAML can."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value and not value.startswith((" ", "\n")) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def write_markdown(form: dict[str, Any]) -> str:
    head = {
        **form,
        "sections": [
            {name: row[name] for name in ("slug", "title", "kind", "blocks")} for row in form["sections"]
        ],
    }
    matter = yaml.dump(head, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDE)
    bare = [{**row, "blocks": []} for row in form["sections"]]
    rows = {reading.slug: _rows(reading) for reading in put_together(bare, _named(form))}
    parts = [_section(row, rows.get(row["slug"], "")) for row in form["sections"]]
    return f"---\n{matter}---\n\n{''.join(parts)}"


def _section(row: dict[str, Any], rows: str) -> str:
    drawn = "".join(f"{block['text']}\n\n" for block in row["blocks"])
    rows = MARK.sub(r"\\\1\2", drawn) + rows
    body = MARK.sub(r"\\\1\2", row["body"])
    return f"<!-- section: {row['slug']} -->\n## {row['title']}\n\n{body}\n{ROWS + rows if rows else ''}\n"


def _named(form: dict[str, Any]) -> dict[str, Any]:
    """With the words that people read."""
    names = FactorCategories.objects.current().names if form["factors"] else {}
    return {
        "trigger": {**form["trigger"], "name": form["trigger"]["category"].replace("_", " ")},
        "factors": [{**row, "name": names.get(row["category"], row["category"])} for row in form["factors"]],
        "lessons": form["lessons"],
        "impact": [{**row, "label": row["name"] or row["measure"]} for row in form["impact"]],
    }


def _rows(reading: Reading) -> str:
    lines = [
        f"- {row['label']}: {row['value'] or 'unknown'} {row['unit']} ({row['certainty']}) {row['method']}"
        for row in reading.impact
    ]
    if reading.trigger and reading.trigger["category"]:
        lines.append(f"- Trigger: {reading.trigger['name']}. {reading.trigger['text']}")
    lines += [f"- {row['name']}: {row['text']}" for row in reading.factors]
    lines += [f"- {row['name']} (kept it from being worse): {row['text']}" for row in reading.mitigators]
    lines += [f"- {row['text']}" for lessons in reading.lessons for row in lessons.rows]
    return MARK.sub(r"\\\1\2", "".join(" ".join(line.split()) + "\n" for line in lines))


def is_portable(text: str) -> bool:
    """A file that a portal wrote, and not one from elsewhere."""
    return text.startswith(f"---\nformat: {FORMAT}\n")


def read_markdown(text: str) -> Any:
    """The form that `write_markdown` was given, not yet checked. Raises BrokenFile with the line."""
    found = FENCE.match(text)
    if found is None:
        raise BrokenFile(1, "has no front matter between two lines of ---")
    try:
        form = yaml.load(found[1], Loader=_Loader)  # noqa: S506  (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise BrokenFile(line, f"is not YAML: {error.problem}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BrokenFile(1, "is not YAML that can be read") from error
    if isinstance(form, dict) and isinstance(form.get("sections"), list):
        bodies = _bodies(text[found.end() :])
        form["sections"] = [_with_body(row, bodies, text) for row in form["sections"]]
    return form


class _Loader(yaml.SafeLoader):
    """Without aliases, which unfold, and without times, which our texts of times are not to become."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not read", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _bodies(text: str) -> dict[str, str]:
    found = list(SECTION.finditer(text))
    ends = [*(each.start() for each in found[1:]), len(text)]
    return {each[1]: _body(text[each.end() : end]) for each, end in zip(found, ends, strict=False)}


def _body(text: str) -> str:
    own = (
        text.partition(f"\n{ROWS}")[0] if f"\n{ROWS}" in text else text.removesuffix("\n").removesuffix("\n")
    )
    return re.sub(r"^\\(\\*<!-- (?:section|rows)\b)", r"\1", own, flags=re.MULTILINE)


def _with_body(row: Any, bodies: dict[str, str], text: str) -> Any:
    if not isinstance(row, dict) or row.get("slug") not in bodies:
        name = row.get("slug") if isinstance(row, dict) else row
        raise BrokenFile(1, f"names a section “{name}” whose text is not in the file")
    return {**row, "body": bodies[row["slug"]]}
