"""Who reviews, and opening a gate that somebody answers for."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.postmortems import policies
from apps.postmortems.forms import ExceptionForm, ReviewersForm
from apps.postmortems.gates import gates_of
from apps.postmortems.operations import choose_reviewers, except_gate, take_back_exception
from apps.postmortems.operations.reviewers import proposals
from apps.postmortems.review_rule import able_to_review
from apps.postmortems.review_state import state_of
from apps.postmortems.views.finding import find, press


@require_http_methods(["GET", "POST"])
def reviewers_edit(request: SignedInRequest, key: str) -> HttpResponse:
    postmortem, now = find(request, key), timezone.now()
    require(policies.can_choose_reviewers(request.user, postmortem))
    named = [each.person for each in postmortem.reviewers.select_related("person")]
    proposed = proposals(postmortem, named, now=now)
    able = able_to_review(postmortem)
    form = ReviewersForm(request.POST or None, named=named, proposed=proposed, able=able)
    return form_page(
        request,
        form,
        "postmortems/reviewers.html",
        lambda _: choose_reviewers(postmortem, people=form.people(), now=now, by=request.user),
        extra={
            "postmortem": postmortem,
            "rules": state_of(postmortem, now.date()).rules,
            "proposed": proposed,
        },
    )


@require_http_methods(["GET", "POST"])
def gate_except(request: SignedInRequest, key: str, gate: str) -> HttpResponse:
    postmortem = find(request, key)
    require(
        policies.can_except(request.user, postmortem), "A lead of an affected team or an admin does this."
    )
    state = next((each for each in gates_of(postmortem, request.user) if each.gate == gate), None)
    if state is None:
        raise Http404
    return form_page(
        request,
        ExceptionForm(request.POST or None),
        "postmortems/gate_except.html",
        lambda data: except_gate(postmortem, gate=gate, **data, now=timezone.now(), by=request.user),
        to=lambda _: postmortem.get_absolute_url(),
        extra={"postmortem": postmortem, "state": state},
    )


@require_POST
def gate_close(request: SignedInRequest, key: str, gate: str) -> HttpResponse:
    """The exception is taken back."""
    postmortem = find(request, key)
    return press(
        request,
        postmortem,
        lambda: take_back_exception(postmortem, gate=gate, by=request.user),
        said=f"The exception is taken back: {gate.upper()} is closed again.",
    )
