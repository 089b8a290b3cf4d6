"""Menus of hundreds of options that cost next to nothing: no template for each of them."""

from __future__ import annotations

from html import escape
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class QuickSelect(forms.Select):
    """A select without groups. Give `choices` as a function to have them asked for only when it is drawn."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        built = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        marks = format_html_join("", ' {}="{}"', built.items())
        chosen = set(self.format_value(value))
        options = "".join(
            f'<option value="{escape(str(key))}"{" selected" if str(key) in chosen else ""}>'
            f"{escape(str(label))}</option>"
            for key, label in self.choices
        )
        return format_html("<select{}>{}</select>", marks, SafeString(options))
