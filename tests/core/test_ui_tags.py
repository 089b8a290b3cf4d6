from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
import time_machine
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe

from apps.core.rendering import QuickMenus
from apps.core.templatetags import fields, links, marks, people, times
from tests.halves import once

pytestmark = once


NOON = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)


def page(source, request, **context):
    return Template("{% load ui %}" + source).render(Context({"request": request, **context}))


def test_a_worse_severity_has_more_full_bars_and_says_its_name():
    worst, mildest = marks.severity_badge(1), marks.severity_badge(4)
    assert "SEV1" in worst
    assert worst.count("opacity") == 0
    assert "SEV4" in mildest
    assert mildest.count("opacity") == 3


def test_a_name_is_kept_by_its_words_so_that_another_shows_at_once_and_none_as_markup(rf):
    request, alice = rf.get("/"), SimpleNamespace(pk=7, name="Alice Moreau")
    request.user = alice
    shown = page("{% person alice %}", request, alice=alice)
    assert ("Alice Moreau" in shown, "avatar me" in shown) == (True, True)
    alice.name = "Alice Ngo"
    again = page("{% person alice %}", request, alice=alice)
    assert ("AN" in again, "Moreau" in again) == (True, False)
    request.user = SimpleNamespace(pk=8, name="Bob")
    assert "avatar me" not in page("{% person alice %}", request, alice=alice)
    for name in (mark_safe("<b>Al</b>"), "<b>Al</b>"):  # the same words, once as markup
        alice.name = name
        last = page("{% person alice %}", request, alice=alice)
    assert "<b>" not in last


@pytest.mark.parametrize("status", sorted(marks.STATES))
def test_every_status_has_a_glyph_beside_its_word(status):
    badge = marks.state_badge(status)
    assert "<svg" in badge
    assert marks.STATES[status][0] in badge


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.Select(choices=[("", "Any"), ("a&b", 'It\'s "<b>"'), (3, mark_safe("<i>3</i>"))]), "a&b"),
        (forms.Select(choices=[("Open & <late>", [(1, "one"), (2, "two")]), (None, "none")]), 2),
        (forms.Select({"class": "input", "hx-vals": '{"a": 1}', "disabled": True, "required": False}), ""),
        (forms.SelectMultiple(choices=[(n, n) for n in range(3)]), [0, 2]),
        (
            forms.TextInput({"placeholder": '<"&>', "data-empty": "", "hidden": True, "min": 0}),
            'It\'s "<b>" & 3',
        ),
        (forms.NumberInput(), 0),
        (forms.DateInput({"type": "date"}, format="%Y-%m-%d"), date(2026, 11, 17)),
        (forms.HiddenInput(), ""),
        (forms.CheckboxInput(), True),
        (forms.Textarea({"rows": 1, "required": False}), " two\n<lines> & 'more' "),
        (forms.Textarea(), None),
        (forms.FileInput(), None),
    ],
)
def test_a_widget_is_what_django_draws(widget, value):
    plain = widget.render("team <", value, {"id": "id_team"}, renderer=DjangoTemplates())
    assert widget.render("team <", value, {"id": "id_team"}) == plain
    assert isinstance(get_default_renderer(), QuickMenus)


def test_an_unknown_status_is_shown_as_text_and_cannot_bring_markup():
    assert "&lt;b&gt;odd" in marks.state_badge("<b>odd").lower()


def test_a_real_incident_needs_no_kind_mark():
    assert marks.kind_badge("real") == ""
    assert "Near miss" in marks.kind_badge("near_miss")


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (-6, "6 days overdue", "tone-danger"),
        (-1, "1 day overdue", "tone-danger"),
        (0, "Today", "tone-warn"),
        (1, "Tomorrow", "tone-warn"),
        (2, "In 2 days", "tone-warn"),
    ],
)
def test_a_due_date_says_how_far_away_it_is(days, words, tone):
    today = date(2026, 11, 17)
    badge = marks.due_badge(today + timedelta(days=days), today)
    assert words in badge
    assert tone in badge


def test_a_due_date_far_ahead_stays_grey_and_a_missing_one_is_said():
    assert "tone-" not in marks.due_badge(date(2026, 12, 24), date(2026, 11, 17))
    assert "No due date" in marks.due_badge(None)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 min"),
        (59, "0 min"),
        (41 * 60, "41 min"),
        (3 * 3600 + 5 * 60, "3 h 05 min"),
        (7200, "2 h"),
        (2 * 86400 + 4 * 3600 + 59, "2 d 4 h"),
        (86400, "1 d"),
        (-90, "−1 min"),
        (timedelta(minutes=75), "1 h 15 min"),
        (None, "–"),
    ],
)
def test_durations_read_as_people_say_them(seconds, words):
    assert times.duration(seconds) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Decimal("31.25"), "31.3%"),
        (31.25, "31.3%"),
        (Fraction(125, 4), "31.3%"),
        (Fraction(50), "50%"),
        (Decimal("-0.05"), "−0.1%"),
        (0, "0%"),
        (1234.5, "1,234.5%"),
        (None, "no capacity"),
    ],
)
def test_percentages_round_half_up_and_no_capacity_is_never_zero(value, words):
    assert times.pct(value) == words


def test_time_that_people_worked_has_no_days_of_24_hours():
    assert [times.spent(n) for n in (0, 2460, 3600, 33 * 3600 + 300)] == [
        "0 min",
        "41 min",
        "1 h",
        "33 h 05 min",
    ]


def test_hours_have_one_decimal_only_when_they_need_it():
    assert times.hours(720 * 3600) == "720 h"
    assert times.hours(1680 * 3600) == "1,680 h"
    assert times.hours(9 * 3600 + 27 * 60) == "9.5 h"
    assert times.hours(3600, "") == "1"


@time_machine.travel(NOON, tick=False)
def test_times_are_in_the_readers_zone_with_the_exact_utc_time_in_the_title():
    with timezone.override("Europe/Berlin"):
        shown = times.short_time(datetime(2026, 11, 17, 12, 52, tzinfo=UTC))
        late = times.short_time(datetime(2026, 11, 17, 23, 30, tzinfo=UTC))
        alone = times.short_time(datetime(2026, 11, 17, 12, 52, tzinfo=UTC), first=True)
    assert (">today 13:52<" in shown, ">Today 13:52<" in alone) == (True, True)
    assert '<span class="zone"> CET</span>' in shown
    assert 'datetime="2026-11-17T12:52:00Z"' in shown
    assert 'title="2026-11-17 12:52:00 UTC"' in shown
    assert ">18 Nov 00:30<" in late


@time_machine.travel(NOON, tick=False)
def test_another_year_is_named():
    assert ">4 Nov 2025 02:11<" in times.short_time(datetime(2025, 11, 4, 2, 11, tzinfo=UTC))
    assert ">Thu 19 Nov<" in times.short_date(date(2026, 11, 19))
    assert ">Fri 19 Nov 2027<" in times.short_date(date(2027, 11, 19))
    assert ">4 Nov 2025 02:11 UTC<" in times.utc_time(datetime(2025, 11, 4, 2, 11, tzinfo=UTC))


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Alice Moreau", "AM"),
        ("alice", "Al"),
        ("alice.moreau@x.example", "AM"),
        ("", "?"),
        ("Ana de la Cruz", "AC"),
    ],
)
def test_initials_come_from_the_first_and_last_name(name, letters):
    assert people.initials(name) == letters


def test_nobody_is_said_in_words(rf):
    assert "Nobody yet" in people.person(Context({"request": rf.get("/")}), None)


def test_a_query_string_keeps_the_rest_and_is_escaped(rf):
    request = rf.get("/incidents/?status=open&status=done&q=%22%3E&page=3")
    assert page("{% query page=4 %}", request) == "?status=open&amp;status=done&amp;q=%22%3E&amp;page=4"
    assert page("{% query page=None q='' %}", request) == "?status=open&amp;status=done"


def test_a_sorted_column_tells_its_direction_and_turns_it_round(rf):
    header = page(
        '{% sort_header "started_at" "Started" first="-" %}', rf.get("/incidents/?sort=-started_at&page=2")
    )
    assert 'aria-sort="descending"' in header
    assert 'href="/incidents/?sort=started_at"' in header


def test_an_unsorted_column_starts_in_the_direction_that_makes_sense(rf):
    header = page('{% sort_header "started_at" "Started" first="-" %}', rf.get("/incidents/?sort=title"))
    assert "aria-sort" not in header
    assert 'href="/incidents/?sort=-started_at"' in header


def test_a_place_without_a_page_is_not_in_the_navigation(rf):
    assert links.nav_item(Context({"request": rf.get("/")}), "nowhere:list", "Nowhere", "slo") == ""


class Example(forms.Form):
    name = forms.CharField(help_text="As people say it.")
    tier = forms.ChoiceField(choices=[("1", "Tier 1"), ("2", "Tier 2")])
    tags = forms.MultipleChoiceField(
        choices=[("a", "First"), ("b", "Second")], required=False, widget=forms.CheckboxSelectMultiple
    )
    is_new = forms.BooleanField(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


def test_a_field_with_an_error_is_spoken_with_its_hint_and_its_error(rf):
    form = Example({"name": "", "tier": "1", "version": "1"})
    html = render_to_string("_form.html", {"form": form}, rf.get("/"))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_error id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert html.count('aria-describedby="id_name') == 1
    assert 'role="alert"' in html
    assert '<a href="#id_name">' in html


def test_a_fresh_form_has_no_summary_and_marks_the_optional_fields(rf):
    html = render_to_string("_form.html", {"form": Example(), "cancel_url": "/back/"}, rf.get("/"))
    assert 'role="alert"' not in html
    assert html.count(">optional<") == 1
    assert "novalidate" in html
    assert 'href="/back/"' in html


def test_each_kind_of_field_is_laid_out_as_what_it_is():
    form = Example()
    assert [fields.shape(form[name]) for name in ("name", "tier", "tags", "is_new")] == [
        "input",
        "select",
        "set",
        "check",
    ]


def test_a_filter_in_use_says_what_is_chosen():
    form = Example({"tags": ["b"], "is_new": ""})
    assert fields.is_chosen(form["tags"])
    assert fields.chosen_labels(form["tags"]) == "Second"
    assert not fields.is_chosen(form["is_new"])


def test_the_pager_keeps_the_filters_and_names_its_pages(rf):
    request = rf.get("/incidents/?status=open&page=2")
    paginator = Paginator(list(range(130)), 25)
    context = {
        "page_obj": paginator.page(2),
        "page_numbers": paginator.get_elided_page_range(2, on_each_side=1),
    }
    html = render_to_string("_pager.html", context, request)
    assert "26 to 50 of 130" in html
    assert 'rel="next" href="/incidents/?status=open&amp;page=3"' in html
    assert html.count('aria-current="page"') == 1


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "503", "csrf_failure"])
def test_error_pages_need_no_context_and_no_database(name):
    html = render_to_string(f"{name}.html")
    assert "<h1>" in html
    assert 'href="/"' in html


@pytest.mark.parametrize("name", ["400", "500"])
def test_error_pages_name_the_request(name):
    assert "abc123" in render_to_string(f"{name}.html", {"request_id": "abc123"})


def test_the_shell_carries_no_inline_script_or_style(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    html = render_to_string("base.html", {}, request)
    assert " style=" not in html
    assert "<style" not in html
    assert html.count("<script") == html.count("<script src=")
    assert " onclick" not in html
