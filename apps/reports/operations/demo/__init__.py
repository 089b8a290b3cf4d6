from apps.reports.operations.demo.making import Made, make_demo
from apps.reports.operations.demo.people import DEMO_PASSWORD
from apps.reports.operations.demo.senders import make_senders
from apps.reports.operations.demo.sizes import Sizes
from apps.reports.operations.demo.trackers import make_trackers

__all__ = ["DEMO_PASSWORD", "Made", "Sizes", "make_demo", "make_senders", "make_trackers"]
