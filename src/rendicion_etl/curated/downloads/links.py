"""Where the site keeps its pages, for the links in a workbook."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class SiteLinks:
    """The site's folder, for links relative to the workbook, or its address (`https://...`), for links that travel."""

    home: Path | str
    document: str = "{document_id}/index.html"
    finding: str = "{document_id}/index.html#{finding_id}"

    def base(self, folder: Path) -> str:
        """What stands before the path of a page in a workbook that lies in `folder`; ends with a slash."""
        if isinstance(self.home, str):
            return f"{self.home.rstrip('/')}/"
        return f"{quote(Path(os.path.relpath(self.home.absolute(), folder.absolute())).as_posix())}/"

    def to_document(self, base: str, document_id: str) -> str:
        return base + self.document.format(document_id=document_id)

    def to_finding(self, base: str, document_id: str, finding_id: str) -> str:
        return base + self.finding.format(document_id=document_id, finding_id=finding_id)
