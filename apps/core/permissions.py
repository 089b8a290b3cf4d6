from django.core.exceptions import PermissionDenied


def require(allowed: bool, message: str = "You can see this, but you may not change it.") -> None:  # noqa: FBT001
    """Refuse with 403 in every door. Policies answer booleans, operations ask through this."""
    if not allowed:
        raise PermissionDenied(message)
