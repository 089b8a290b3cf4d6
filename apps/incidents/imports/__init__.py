"""Files of other systems, read into what `backfill_incidents` takes. Nothing here touches the database."""

from apps.incidents.imports import servicenow
from apps.incidents.imports.reading import Findings, Problem, read_table

MAPPINGS = {"servicenow": servicenow.read}

__all__ = ["MAPPINGS", "Findings", "Problem", "read_table"]
