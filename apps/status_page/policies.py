from apps.accounts.models import User


def can_set_up(user: User) -> bool:
    """Open pages to strangers, name them, close them."""
    return user.may_write and user.is_org_admin
