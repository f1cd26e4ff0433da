"""What people take home: of what is published, or of one document, Parquet, CSV, XLSX, DuckDB and their data package.

`write.py` is the way from top to bottom: a snapshot as Parquet (`snapshot`), of which the other forms are made
(`as_csv`, `as_xlsx`, `as_duckdb`), described by a data package (`package`). Not its business: pages and their links
(`links` only knows where they are), and what may be added up (`curated.ejecucion`).
"""

from rendicion_etl.curated.downloads.links import SiteLinks
from rendicion_etl.curated.downloads.model import FORMATS, Download
from rendicion_etl.curated.downloads.write import write_downloads

__all__ = ["FORMATS", "Download", "SiteLinks", "write_downloads"]
