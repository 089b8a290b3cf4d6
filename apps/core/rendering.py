"""Django's form widgets, but for those that most forms are made of: it draws each with one or two templates, and each
option of a menu with two more. Two hundred options take twice as long as the rest of a page, ten fields a tenth of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

PLAIN = ("text", "hidden", "number", "email", "url", "search", "password", "date", "time", "checkbox", "file")


class QuickMenus(DjangoTemplates):
    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = QUICK.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


def menu(widget: Mapping[str, Any]) -> SafeString:
    """What Django's own template draws, to the letter; so do the two below."""
    groups = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
    head = f'<select name="{conditional_escape(widget["name"])}"{_marks(widget["attrs"])}>'
    return SafeString(f"{head}{groups}\n</select>")


def plain(widget: Mapping[str, Any]) -> SafeString:
    value = widget["value"]
    said = "" if value is None else f' value="{conditional_escape(str(value))}"'
    head = f'<input type="{widget["type"]}" name="{conditional_escape(widget["name"])}"'
    return SafeString(f"{head}{said}{_marks(widget['attrs'])}>")


def area(widget: Mapping[str, Any]) -> SafeString:
    head = f'<textarea name="{conditional_escape(widget["name"])}"{_marks(widget["attrs"])}>'
    return SafeString(f"{head}\n{conditional_escape(widget['value'] or '')}</textarea>")


FOLDER = "django/forms/widgets/"
QUICK = {f"{FOLDER}select.html": menu, f"{FOLDER}textarea.html": area} | {
    f"{FOLDER}{kind}.html": plain for kind in PLAIN
}


def _group(name: Any, options: list[Mapping[str, Any]]) -> str:
    drawn = "".join(
        f'\n  <option value="{conditional_escape(str(option["value"]))}"{_marks(option["attrs"])}>'
        f"{conditional_escape(option['label'])}</option>\n"
        for option in options
    )
    return f'\n  <optgroup label="{conditional_escape(name)}">{drawn}\n  </optgroup>' if name else drawn


def _marks(attrs: Mapping[str, Any]) -> str:
    told = [(conditional_escape(name), value) for name, value in attrs.items() if value is not False]
    return "".join(
        f" {name}" if value is True else f' {name}="{conditional_escape(str(value))}"' for name, value in told
    )
