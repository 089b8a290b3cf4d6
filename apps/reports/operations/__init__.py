from apps.reports.operations.demo import DEMO_PASSWORD, Made, Sizes, make_demo, make_senders

__all__ = ["DEMO_PASSWORD", "Made", "Sizes", "make_demo", "make_senders"]
