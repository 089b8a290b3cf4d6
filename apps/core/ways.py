"""Where a page leads back to that was reached from a list with its filters."""

from django.utils.http import url_has_allowed_host_and_scheme

from apps.core.http import SignedInRequest


def way_back(request: SignedInRequest, usual: str) -> str:
    """`next` of the form or the address if it is on this site, else `usual`, an address or a name."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    is_address = wanted.startswith("/")  # a word would be taken for the name of a page
    return wanted if is_ours and is_address else usual
