"""Names of files as people send them, made harmless."""

import re
import unicodedata

LONGEST_NAME = 120


def harmless(name: str) -> str:
    """The last part of a path, without signs that are invisible or turn the writing round, cut before its ending."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(sign if unicodedata.category(sign)[0] not in "CZ" else " " for sign in last)
    stem, dot, ending = " ".join(shown.split()).strip(". ").rpartition(".")
    ending = ending[:10]
    return f"{stem[: LONGEST_NAME - len(ending) - 1].strip()}{dot}{ending}" if dot else ending
