from apps.accounts.forms.entrance import ChangePasswordForm, ForgottenForm, NewPasswordForm, SignInForm
from apps.accounts.forms.people import AbsenceForm, PersonForm, ProfileForm, ScheduleForm
from apps.accounts.forms.teams import MemberChangeForm, MemberEndForm, MemberForm, TeamForm
from apps.accounts.forms.tokens import TokenForm

__all__ = [
    "AbsenceForm",
    "ChangePasswordForm",
    "ForgottenForm",
    "MemberChangeForm",
    "MemberEndForm",
    "MemberForm",
    "NewPasswordForm",
    "PersonForm",
    "ProfileForm",
    "ScheduleForm",
    "SignInForm",
    "TeamForm",
    "TokenForm",
]
