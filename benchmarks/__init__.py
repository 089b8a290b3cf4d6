"""How fast the portal is, as multiples of a yardstick that runs beside it. `./ballast bench` runs it."""

import os

os.environ.setdefault(
    "DJANGO_SETTINGS_MODULE", "config.settings"
)  # cursors are written as the API writes them
