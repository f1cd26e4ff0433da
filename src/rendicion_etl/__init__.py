"""rendicion-etl: accountability reports in PDF as data that can be queried and cited, and their contradictions.

import rendicion_etl
report = rendicion_etl.ingest("informe.pdf")
con = rendicion_etl.open_curated("curated")
con.sql("select * from ejecucion")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rendicion_etl.settings import no_telemetry

if TYPE_CHECKING:
    from rendicion_etl.curated.query import open_curated as open_curated
    from rendicion_etl.runs.run import ingest as ingest

__all__ = ["ingest", "open_curated"]

no_telemetry()


def __getattr__(name: str) -> Any:
    """Import what the package offers only when it is asked for: `rendicion --help` must answer at once."""
    if name == "ingest":
        from rendicion_etl.runs.run import ingest

        return ingest
    if name == "open_curated":
        from rendicion_etl.curated.query import open_curated

        return open_curated
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
