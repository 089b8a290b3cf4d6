"""Where this machine keeps a Prometheus and an Alertmanager; one test fires real alerts with them."""

import shutil

NAMES = (("prometheus",), ("prometheus-alertmanager", "alertmanager"))
MISSING = "no Prometheus and Alertmanager (apt install prometheus prometheus-alertmanager)"


def find() -> tuple[str, str] | None:
    """Both programs, or None if one of them is missing."""
    found = [next(filter(None, map(shutil.which, names)), None) for names in NAMES]
    return (found[0], found[1]) if found[0] and found[1] else None
