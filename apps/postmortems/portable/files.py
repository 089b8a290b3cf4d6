"""The portable form as files: Markdown or JSON, in and out."""

from __future__ import annotations

import json
from typing import Any

from apps.postmortems.frontmatter import BrokenFile
from apps.postmortems.portable.form import FORMAT, check_shape
from apps.postmortems.portable.markdown import is_portable, read_markdown

MAX_BYTES = 4_000_000  # every section may be as long as it may be


def write_json(form: dict[str, Any]) -> str:
    return json.dumps(form, ensure_ascii=False, indent=2) + "\n"


def read_form(name: str, raw: bytes) -> dict[str, Any] | None:
    """The form in a file that a portal wrote, its shape checked; None when the file is from elsewhere. Raises
    BrokenFile."""
    is_json = name.lower().endswith(".json")
    if not is_json and not is_portable(
        raw[:200].decode(errors="replace").removeprefix("\ufeff").replace("\r\n", "\n")
    ):
        return None
    text = _decoded(raw)
    form = _parsed(text) if is_json else read_markdown(text)
    if not isinstance(form, dict) or form.get("format") != FORMAT:
        raise BrokenFile(1, f"is not a {FORMAT}")
    wrong = next(iter(check_shape(form)), None)
    if wrong:
        raise BrokenFile(1, wrong)
    return form


def _decoded(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise BrokenFile(1, f"is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BrokenFile(raw[: error.start].count(b"\n") + 1, "is not UTF-8") from error
    if "\0" in text:
        raise BrokenFile(1, "holds a NUL, which cannot be stored")
    return text


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BrokenFile(error.lineno, f"is not JSON: {error.msg}") from error
    except (RecursionError, ValueError) as error:  # also a number of five thousand digits
        raise BrokenFile(1, "is not JSON that can be read") from error
