from apps.incidents.forms.access import AccessForm
from apps.incidents.forms.custom_fields import CustomFieldForm, FieldValuesForm
from apps.incidents.forms.declaring import DeclareForm, IncidentForm
from apps.incidents.forms.impact import WindowForm
from apps.incidents.forms.linking import LinkForm
from apps.incidents.forms.merging import MergeForm, SplitForm, UnmergeForm
from apps.incidents.forms.responding import (
    EntryEditForm,
    EntryForm,
    MilestoneForm,
    MoveForm,
    RoleForm,
)
from apps.incidents.forms.severity_policy import SeverityPolicyForm
from apps.incidents.forms.updates import PublicEndForm, UpdateEditForm, UpdateForm

__all__ = [
    "AccessForm",
    "CustomFieldForm",
    "DeclareForm",
    "EntryEditForm",
    "EntryForm",
    "FieldValuesForm",
    "IncidentForm",
    "LinkForm",
    "MergeForm",
    "MilestoneForm",
    "MoveForm",
    "PublicEndForm",
    "RoleForm",
    "SeverityPolicyForm",
    "SplitForm",
    "UnmergeForm",
    "UpdateEditForm",
    "UpdateForm",
    "WindowForm",
]
