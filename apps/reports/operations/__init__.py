from apps.reports.operations.handing_over import (
    Step,
    hand_over_everything,
    holdings_of,
    led_alone,
    looks_left,
    preview_hand_over,
)

__all__ = ["Step", "hand_over_everything", "holdings_of", "led_alone", "looks_left", "preview_hand_over"]
