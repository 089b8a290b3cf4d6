from apps.accounts.models.capacity import Absence, CapacityChange, WorkSchedule
from apps.accounts.models.team import Membership, Team, TeamRole
from apps.accounts.models.token import ApiToken, TokenScope
from apps.accounts.models.user import OrgRole, User

__all__ = [
    "Absence",
    "ApiToken",
    "CapacityChange",
    "Membership",
    "OrgRole",
    "Team",
    "TeamRole",
    "TokenScope",
    "User",
    "WorkSchedule",
]
