"""The cap of a team: where it stands against it, what that means, and what is done about it."""
