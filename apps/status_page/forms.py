from __future__ import annotations

from typing import Any

from django import forms

from apps.accounts.models import User
from apps.services.models import Service
from apps.status_page.models import StatusPage


class PageForm(forms.Form):
    """What strangers read of a page, and whether they read it."""

    name = forms.CharField(
        max_length=80, label="Public name", help_text="As customers know it, not as colleagues do."
    )
    slug = forms.SlugField(
        max_length=60,
        label="Public address",
        help_text="The last part of /status/…/. Give it away freely: it is as public as the page.",
    )
    description = forms.CharField(
        max_length=300, required=False, label="What is it?", help_text="One line under the name."
    )
    is_on = forms.BooleanField(
        required=False,
        label="Open to everybody",
        help_text="Whoever has the address reads it, without signing in: the state, 90 days and public updates.",
    )

    def __init__(self, *args: Any, page: StatusPage | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if page:
            self.initial.update({name: getattr(page, name) for name in self.fields})
            if page.service_id is None:
                del self.fields["slug"]


class NewPageForm(PageForm):
    service = forms.ModelChoiceField(
        Service.objects.none(),
        required=False,
        to_field_name="slug",
        label="For which service?",
        empty_label="None: the whole organisation",
    )
    field_order = ["service", "name", "slug", "description", "is_on"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = Service.objects.visible_to(user).filter(status_page=None)  # type: ignore[attr-defined]
        self.fields["slug"].required = False


class TitleForm(forms.Form):
    title = forms.CharField(
        max_length=120,
        required=False,
        label="What is it called outside?",
        help_text="Empty: it is called after the services it touches. Its own title is never shown.",
    )
