"""Blocks of a section: what would change, drawing again, making them text."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.http import SignedInRequest
from apps.core.permissions import require
from apps.core.versions import seen_version
from apps.postmortems.differences import differences
from apps.postmortems.models import Block
from apps.postmortems.operations import add_block, detach_block, digest_of, fresh_text, refresh_block
from apps.postmortems.policies import can_write
from apps.postmortems.views.finding import find_section, press


@require_http_methods(["GET", "POST"])
def block_refresh(request: SignedInRequest, key: str, slug: str, kind: str) -> HttpResponse:
    """What would change; POST takes over exactly what was shown."""
    block = _find(request, key, slug, kind)
    postmortem = block.section.postmortem
    require(can_write(request.user, postmortem))
    if request.method == "POST":
        shown, seen, now = request.POST.get("shown", ""), seen_version(request), timezone.now()
        return press(
            request,
            postmortem,
            lambda: refresh_block(block, shown=shown, seen=seen, now=now, by=request.user),
            said=f"{block} is drawn again. What people wrote is as it was.",
            to=f"{postmortem.get_absolute_url()}#{slug}",
        )
    fresh = fresh_text(postmortem, block.kind, by=request.user)
    context = {
        "drawn": block,
        "section": block.section,
        "postmortem": postmortem,
        "pieces": differences(block.text, fresh),
        "is_same": fresh == block.text,
        "shown": digest_of(fresh),
    }
    return render(request, "postmortems/block_refresh.html", context)


@require_POST
def block_detach(request: SignedInRequest, key: str, slug: str, kind: str) -> HttpResponse:
    block = _find(request, key, slug, kind)
    return press(
        request,
        block.section.postmortem,
        lambda: detach_block(block, seen=seen_version(request), now=timezone.now(), by=request.user),
        said="It is text of the section now, yours to edit.",
        to=f"{block.section.postmortem.get_absolute_url()}#{slug}",
    )


@require_POST
def block_add(request: SignedInRequest, key: str, slug: str) -> HttpResponse:
    section = find_section(request, key, slug)
    kind = request.POST.get("kind", "")
    return press(
        request,
        section.postmortem,
        lambda: add_block(section, kind=kind, now=timezone.now(), by=request.user),
        said="Drawn from the incidents.",
        to=f"{section.postmortem.get_absolute_url()}#{slug}",
    )


def _find(request: SignedInRequest, key: str, slug: str, kind: str) -> Block:
    section = find_section(request, key, slug)
    block: Block = get_object_or_404(section.blocks, kind=kind)
    block.section = section
    return block
