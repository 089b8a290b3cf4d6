from apps.accounts.models.capacity import Absence, CapacityChange, HolidayYear, WorkSchedule
from apps.accounts.models.team import CapTarget, Membership, Team, TeamRole
from apps.accounts.models.token import ApiToken, TokenScope, digest_of, new_secret
from apps.accounts.models.user import OrgRole, User, time_zones

__all__ = [
    "Absence",
    "ApiToken",
    "CapTarget",
    "CapacityChange",
    "HolidayYear",
    "Membership",
    "OrgRole",
    "Team",
    "TeamRole",
    "TokenScope",
    "User",
    "WorkSchedule",
    "digest_of",
    "new_secret",
    "time_zones",
]
