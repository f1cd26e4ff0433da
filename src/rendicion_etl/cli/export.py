"""`rendicion export`: the data to take home, of everything or by document."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from rendicion_etl.cli.options import AsJson, Common, Curated, WrongUsage, option, to_read
from rendicion_etl.messages import say

if TYPE_CHECKING:
    from rendicion_etl.curated.downloads import Download, SiteLinks

# An address that stands in a link: nothing that a spreadsheet or a shell would take for anything else.
_URL = re.compile(r"https?://[^\s<>\"'{}|\\^`]+")


def export(
    *,
    document: Annotated[list[str] | None, option("export.document", "--document")] = None,
    parquet: Annotated[bool, option("export.parquet", "--parquet")] = False,
    csv: Annotated[bool, option("export.csv", "--csv")] = False,
    xlsx: Annotated[bool, option("export.xlsx", "--xlsx")] = False,
    duckdb: Annotated[bool, option("export.duckdb", "--duckdb")] = False,
    output: Annotated[Path | None, option("export.output", "--output", "-o")] = None,
    bom: Annotated[bool, option("export.bom", "--bom")] = False,
    site_url: Annotated[str | None, option("export.site_url", "--site-url")] = None,
    as_json: AsJson = False,
    curated: Curated = None,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """Write Parquet, CSV, XLSX and DuckDB files with their data package."""
    from rendicion_etl.cli import output as out
    from rendicion_etl.curated.downloads import FORMATS, write_downloads

    home = to_read(curated)
    asked = {"parquet": parquet, "csv": csv, "xlsx": xlsx, "duckdb": duckdb}
    formats = [fmt for fmt in FORMATS if asked[fmt]] or FORMATS
    site = _site(home, site_url)
    target = output or home / "downloads"
    files = []
    every: list[str | None] = [None]
    for name in dict.fromkeys(document or every):
        made = write_downloads(home, target, name, formats, bom=bom, site=site)
        files += made
        if not as_json:
            _tell(made, target / name if name else target, common.language)
    if as_json:
        print(out.to_json([_told(file) for file in files]))
    return 0


def _site(curated: Path, url: str | None) -> SiteLinks | None:
    """Where the links lead: to the address given, else to the site beside the data, where there is one."""
    from rendicion_etl.curated.downloads import SiteLinks

    if url is None:
        site = curated / "site"
        return SiteLinks(site) if site.is_dir() else None
    if not _URL.fullmatch(url):
        raise WrongUsage(url, "no es la dirección de un sitio", "Indique una que comience con https:// o http://.")
    return SiteLinks(url)


def _tell(files: list[Download], target: Path, lang: str) -> None:
    from rendicion_etl.curated.downloads.model import README

    written = [file for file in files if file.changed]
    for file in written:
        print(say("export.line", lang, path=file.path, rows=file.rows, size=file.size))
    if written:
        print(say("export.written", lang, folder=target, n=len(written), readme=target / README))
    else:
        print(say("export.unchanged", lang, folder=target, n=len(files)))


def _told(file: Download) -> dict[str, object]:
    return {
        "name": file.name,
        "path": str(file.path),
        "format": file.format,
        "dataset": file.dataset,
        "rows": file.rows,
        "size": file.size,
        "changed": file.changed,
    }
