import django_filters
from django.db.models import QuerySet

from apps.chat.models import ChatAccount, ChatKind, Workspace
from apps.core.filters import ResourceFilter, StableOrdering, any_contains

SWITCHED = [("enabled", "Takes commands"), ("disabled", "Off")]
STATES = [("claimed", "Waits to be confirmed"), ("confirmed", "Confirmed")]


class ChatAccountFilter(ResourceFilter):
    q = django_filters.CharFilter(
        method=any_contains(("chat_user", "chat_name", "person__name", "person__email")),
        label="Name, e-mail or chat user",
        max_length=200,
    )
    state = django_filters.ChoiceFilter(choices=STATES, method="in_state", label="State")
    sort = StableOrdering(
        fields=[("claimed_at", "at"), ("chat_name", "chat_name")],
        default=("-claimed_at", "-pk"),
    )

    class Meta:
        model = ChatAccount
        fields: list[str] = []

    def in_state(self, rows: QuerySet[ChatAccount], _name: str, value: str) -> QuerySet[ChatAccount]:
        return rows.filter(confirmed_at__isnull=value == "claimed")


class WorkspaceFilter(ResourceFilter):
    q = django_filters.CharFilter(method=any_contains(("name",)), label="Name", max_length=200)
    kind = django_filters.ChoiceFilter(choices=ChatKind.choices, label="Kind")
    state = django_filters.ChoiceFilter(choices=SWITCHED, method="in_state", label="State")
    sort = StableOrdering(fields=["name", "kind", "created_at"], default=("name", "pk"))

    class Meta:
        model = Workspace
        fields: list[str] = []

    def in_state(self, rows: QuerySet[Workspace], _name: str, value: str) -> QuerySet[Workspace]:
        return rows.filter(is_enabled=value == "enabled")
