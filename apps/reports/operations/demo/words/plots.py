"""All the ways in which the demo's services break."""

from apps.reports.operations.demo.words import (
    plots_database,
    plots_limits,
    plots_load,
    plots_network,
    plots_queue,
    plots_release,
)

MODULES = (plots_load, plots_limits, plots_network, plots_release, plots_queue, plots_database)
PLOTS = tuple(plot for module in MODULES for plot in module.PLOTS)
