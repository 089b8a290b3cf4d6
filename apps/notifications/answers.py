"""How handing over a mail can end other than well."""


class ServerTrouble(Exception):
    """Nothing can be sent right now, whoever it is for. Hopeless: it takes a person to change that."""

    def __init__(self, reason: str, *, is_hopeless: bool = False) -> None:
        super().__init__(reason)
        self.is_hopeless = is_hopeless


class Later(Exception):
    """The server refused this mail for now (4xx); it has not taken it."""


class Refused(Exception):
    """The server refused this mail for good (5xx); it has not taken it."""


class Unclear(Exception):
    """The text was on its way and no answer came: it may have been taken."""
