"""What every API resource shares: paging, problems, versions, creation that happens once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from django.http import Http404
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions, mixins
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from apps.core import once
from apps.core.errors import EXISTS, Conflict, KeyReused, StaleVersion, VersionRequired
from apps.core.models import VersionedModel
from apps.core.problems import problem
from apps.core.versions import version_header, version_read

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps.accounts.models import User

PAGING = {"cursor", "page_size"}
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class ProblemRenderer(JSONRenderer):
    media_type = "application/problem+json"


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal in one shape (RFC 9457); what it does not know is left to Django."""
    found = _known(error)
    if found is None:
        return None
    status, detail, extra, headers = found
    response = Response(problem(status, detail, **extra), status=status, headers=headers)
    response.content_type = ProblemRenderer.media_type
    return response


Known = tuple[int, str, dict[str, Any], dict[str, str]]


def _known(error: Exception) -> Known | None:
    if isinstance(error, exceptions.ValidationError):
        return 400, "Some fields need another look.", {"errors": _field_errors(error.detail)}, {}
    if isinstance(error, ValidationError):
        return 400, "Some fields need another look.", {"errors": _django_errors(error)}, {}
    if isinstance(error, Conflict | StaleVersion | VersionRequired | KeyReused | IntegrityError):
        return _conflict(error)
    if isinstance(error, Http404):
        return 404, "There is nothing here that you may see.", {}, {}
    if isinstance(error, PermissionDenied):
        return 403, str(error) or "You can see this, but you may not do that.", {}, {}
    if isinstance(error, exceptions.APIException):
        return error.status_code, str(error.detail), {}, _headers(error)
    return None


def _conflict(error: Exception) -> Known:
    if isinstance(error, Conflict):
        told = {"missing": error.missing, "errors": error.errors}
        return 409, error.message, {"allowed": error.allowed} | {k: v for k, v in told.items() if v}, {}
    if isinstance(error, StaleVersion):
        tag = f'"{error.current}"'
        return 412, "Somebody else saved this since you read it.", {"current": tag}, {"ETag": tag}
    if isinstance(error, VersionRequired):
        return 428, "Send If-Match with the ETag that you read.", {}, {}
    if isinstance(error, KeyReused):
        return 422, "This Idempotency-Key came before with another body.", {}, {}
    return 409, EXISTS, {"allowed": []}, {}


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    challenge, wait = getattr(error, "auth_header", None), getattr(error, "wait", None)
    if challenge:
        headers["WWW-Authenticate"] = str(challenge)
    if wait:
        headers["Retry-After"] = str(int(wait) + 1)
    return headers


def _field_errors(detail: Any) -> dict[str, Any]:
    return detail if isinstance(detail, dict) else {"non_field_errors": detail}


def _django_errors(error: ValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        named = error.message_dict.items()
        return {("non_field_errors" if name == "__all__" else name): list(texts) for name, texts in named}
    return {"non_field_errors": error.messages}


class StrictFilters(DjangoFilterBackend):
    """The resource's one filter, for lists only; an unknown or wrong filter is 400."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset_class = view.filterset_class
        if view.action != "list" or filterset_class is None:
            return queryset
        refuse_unknown(request, filterset_class.known() | PAGING)
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered

    def get_filterset_kwargs(self, request: Request, queryset: QuerySet[Any], view: Any) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(request, queryset, view), "has_form": False}


class ResourceViewSet(GenericViewSet[Any]):
    """Rows that the caller may see, found by key or slug, filtered by the resource's one filter.

    A subclass names `queryset_of(user)` (visible rows, shaped for reading), `serializer_class` and
    `filterset_class`; mixins below add creation and editing, each calling one operation.
    """

    filter_backends = [StrictFilters]
    lookup_field = "key"
    lookup_value_regex = "[^/]+"
    filterset_class: Any = None
    list_serializer_class: type[BaseSerializer[Any]] | None = None
    write_serializer_class: type[BaseSerializer[Any]] | None = None

    def queryset_of(self, user: Any) -> QuerySet[Any]:
        raise NotImplementedError

    @property
    def person(self) -> User:
        """Who calls; strangers were turned away before."""
        return cast("User", self.request.user)

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.model_none()
        return self.queryset_of(self.person)

    def model_none(self) -> QuerySet[Any]:
        model: type[models.Model] = type(self).filterset_class._meta.model
        return model._default_manager.none()

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        if self.action in {"create", "partial_update"} and self.write_serializer_class:
            return self.write_serializer_class
        if self.action == "list" and self.list_serializer_class:
            return self.list_serializer_class
        return super().get_serializer_class()

    def shape(self, row: models.Model) -> Any:
        """The row as `GET` would show it."""
        shown = self.queryset_of(self.person).get(pk=row.pk)
        serializer: type[BaseSerializer[Any]] = self.serializer_class  # type: ignore[assignment]
        return serializer(shown, context=self.get_serializer_context()).data

    def answer(self, row: models.Model, *, status: int = 200) -> Response:
        return Response(self.shape(row), status=status, headers=version_header(row))

    def seen_version(self) -> int | None:
        return version_read(self.request)

    def seen_version_if_sent(self) -> int | None:
        return self.seen_version() if self.request.headers.get("If-Match") else None


def refuse_unknown(request: Request, known: set[str]) -> None:
    """An unknown filter is an error, not silence: it would return more than was asked for."""
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise exceptions.ValidationError({name: ["There is no such filter here."] for name in unknown})


def check_asked(form: Any) -> None:
    """What was asked must pass a form, as on a page, or the filter of a list that is no resource; else 400 by field."""
    if not form.is_valid():
        errors: dict[str, Any] = {name: [str(one) for one in found] for name, found in form.errors.items()}
        raise exceptions.ValidationError(errors)


class Lists(mixins.ListModelMixin):
    pass


class Shows:
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()  # type: ignore[attr-defined]
        data = self.get_serializer(row).data  # type: ignore[attr-defined]
        return Response(data, headers=version_header(row))


class Creates:
    """POST. The subclass names `add(data) -> row`, which calls the operation."""

    def add(self, data: dict[str, Any]) -> models.Model:
        raise NotImplementedError

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer = self.get_serializer(data=request.data)  # type: ignore[attr-defined]
        serializer.is_valid(raise_exception=True)
        shape: Callable[[Any], Any] = self.shape  # type: ignore[attr-defined]
        return create_once(request, lambda: self.add(serializer.validated_data), shape)


def create_once(request: Request, make: Callable[[], Any], shape: Callable[[Any], Any]) -> Response:
    """Run `make` and answer 201 with the `shape` of what it made, or repeat the first answer to a repeated
    Idempotency-Key."""
    key = request.headers.get("Idempotency-Key", "").strip()
    with transaction.atomic():
        claimed = None
        if key:
            body = once.fingerprint(request.path, request.data)
            claimed, is_new = once.claim(request.user, f"api:{key}", body=body)  # type: ignore[arg-type]
            if not is_new:
                return _replay(claimed)
        row = make()
        data = json.loads(JSONRenderer().render(shape(row)))
        location = getattr(row, "get_api_url", str)() if hasattr(row, "get_api_url") else ""
        if claimed:
            once.answer(claimed, status=201, location=location, body=data)
    headers = version_header(row) | ({"Location": location} if location else {})
    return Response(data, status=201, headers=headers)


def create_with_secret(
    request: Request,
    make: Callable[[], tuple[Any, str]],
    shape: Callable[[Any], Any],
    shown: Callable[[str], dict[str, Any]],
) -> Response:
    """The same where `make` also gives a secret. What is `shown` of it is stored nowhere, so that it is in the first
    answer alone."""
    secrets: list[str] = []

    def make_row() -> Any:
        row, secret = make()
        secrets.append(secret)
        return row

    answer = create_once(request, make_row, shape)
    for secret in secrets:
        answer.data |= shown(secret)
    return answer


def _replay(claimed: Any) -> Response:
    headers = {"Idempotency-Replayed": "true"} | ({"Location": claimed.location} if claimed.location else {})
    return Response(claimed.body, status=claimed.status, headers=headers)


class Edits:
    """PATCH with If-Match. The subclass names `edit(row, changes, seen) -> row`, which calls the operation."""

    def edit(self, row: Any, changes: dict[str, Any], seen: int | None) -> models.Model:
        raise NotImplementedError

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()  # type: ignore[attr-defined]
        is_versioned = isinstance(row, VersionedModel)
        seen = self.seen_version() if is_versioned else None  # type: ignore[attr-defined]
        serializer = self.get_serializer(row, data=request.data, partial=True)  # type: ignore[attr-defined]
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            changed = self.edit(row, serializer.validated_data, seen)
        return self.answer(changed)  # type: ignore[attr-defined]
