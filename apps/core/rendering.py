"""Django's form widgets, but for the menu: it draws each option with a template of its own, twice as long for two
hundred of them as the rest of a page takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

MENU = "django/forms/widgets/select.html"


class QuickMenus(DjangoTemplates):
    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        return (
            menu(context["widget"])
            if template_name == MENU
            else super().render(template_name, context, request)
        )


def menu(widget: Mapping[str, Any]) -> SafeString:
    """What Django's own template draws, to the letter."""
    groups = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
    head = f'<select name="{conditional_escape(widget["name"])}"{_marks(widget["attrs"])}>'
    return SafeString(f"{head}{groups}\n</select>")


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
