from apps.chat.operations.accounts import add_account, claim_account, confirm_account, remove_account
from apps.chat.operations.answering import answer_command
from apps.chat.operations.workspaces import add_workspace, edit_workspace

__all__ = [
    "add_account",
    "add_workspace",
    "answer_command",
    "claim_account",
    "confirm_account",
    "edit_workspace",
    "remove_account",
]
