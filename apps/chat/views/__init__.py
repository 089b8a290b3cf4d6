from apps.chat.views.accounts import account_confirm, account_list, account_new, account_remove
from apps.chat.views.workspaces import workspace_edit, workspace_list, workspace_new

__all__ = [
    "account_confirm",
    "account_list",
    "account_new",
    "account_remove",
    "workspace_edit",
    "workspace_list",
    "workspace_new",
]
