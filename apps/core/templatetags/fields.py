"""Form controls with the classes and the spoken descriptions they need."""

from django.forms import BoundField
from django.utils.safestring import SafeString

PLAIN = {"checkbox", "radioselect", "checkboxselectmultiple", "hidden", "multiplehidden"}


def shape(field: BoundField) -> str:
    """How a field is laid out: one check box, a set of choices, a select or a plain input."""
    kind = field.widget_type
    if kind == "checkbox":
        return "check"
    if kind in {"radioselect", "checkboxselectmultiple", "ticks"}:
        return "set"
    return "select" if kind.endswith(("select", "selectmultiple")) else "input"


def control(field: BoundField, css: str = "") -> SafeString:
    """The widget itself, with `aria-describedby` and `aria-invalid` set from its hint and errors."""
    attrs: dict[str, str | bool] = {}
    if field.widget_type not in PLAIN:
        own = field.field.widget.attrs.get("class", "")
        attrs["class"] = " ".join(filter(None, ["input", own, css]))
    elif field.widget_type == "checkbox":
        attrs["class"] = "check"
    if field.errors:
        attrs["aria-invalid"] = "true"
    described = described_by(field)
    if described:
        attrs["aria-describedby"] = described
    return field.as_widget(attrs=attrs)


def described_by(field: BoundField) -> str:
    parts = [
        f"{field.auto_id}_error" if field.errors else "",
        f"{field.auto_id}_helptext" if field.help_text else "",
    ]
    return " ".join(filter(None, parts))


def is_chosen(field: BoundField) -> bool:
    """Whether a filter is in use, so that its chip can say so."""
    value = field.value()
    return value not in (None, "", [], (), False, "False", "false")


def has_value(field: BoundField, value: object) -> bool:
    """Whether this choice of a field with several choices is chosen."""
    chosen = field.value()
    several = chosen if isinstance(chosen, list | tuple | set) else [chosen]
    return str(value) in {str(one) for one in several if one is not None}


def chosen_labels(field: BoundField) -> str:
    """The labels of what is chosen: "Open, Blocked"."""
    choices = getattr(field.field, "choices", ())
    return ", ".join(str(label) for value, label in choices if value != "" and has_value(field, value))


def in_words(number: int) -> str:
    """Two, three, up to nine; then digits."""
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    return words[number] if 0 <= number < len(words) else str(number)
