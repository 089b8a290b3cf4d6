"""Numbers in what others send. `int()` by itself also takes signs, blanks and the digits of other scripts, and fails on
thousands of them."""


def number_in(text: str, *, digits: int = 9) -> int | None:
    """None for whatever is not one to so many plain digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
