"""What goes with the data wherever they go: their title, their terms of use and how to cite them.

The terms are those of the README: the reports are public information, no right is claimed over what is read from them
and no licence granted. Whoever decides otherwise changes LICENCE, TERMS_ES and TERMS_EN here, and the README.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rendicion_etl.curated.values import clean
from rendicion_etl.version import VERSION

TITLE_ES = "Ejecución presupuestaria de los informes de rendición de cuentas de Guatemala"
TITLE_EN = "Budget execution from the accountability reports of Guatemala"
ABOUT_ES = (
    "Tablas leídas de informes publicados en PDF, con la página y el lugar de cada cifra, y las contradicciones de "
    "cada documento."
)
ABOUT_EN = (
    "Tables read from reports published as PDF, with page and place of every figure, and the contradictions of each "
    "document."
)
TERMS_ES = (
    "Los informes son información pública (Ley de Acceso a la Información Pública, Decreto 57-2008). El programa no "
    "reclama derechos sobre los datos leídos de ellos ni otorga licencia: cite el informe y su página."
)
TERMS_EN = (
    "The reports are public information (Ley de Acceso a la Información Pública, Decreto 57-2008). The program claims "
    "no rights over the data read from them and grants no license to them: cite the report and its page."
)
# https://specs.frictionlessdata.io/data-package/#licenses: `notspecified` is the Open Definition's name for none given.
LICENCE = {"name": "notspecified", "title": TERMS_ES, "title_en": TERMS_EN}

_MOST_VERSIONS = 3


@dataclass(frozen=True)
class Edition:
    """What an export holds, as far as a citation must name it: `document` is the row of the only one, or None."""

    n_documents: int
    received: dt.date
    versions: tuple[str, ...]
    document: Mapping[str, Any] | None = None

    @property
    def version(self) -> str:
        """The versions of the program that made the data, where they are few; else how many they are."""
        several = len(self.versions) > _MOST_VERSIONS
        return f"{len(self.versions)} (documents.pipeline_version)" if several else ", ".join(self.versions)

    @property
    def title(self) -> str:
        """The title in Spanish, with the document where it is one."""
        return f"{TITLE_ES}: {self.document['document_id']}" if self.document else TITLE_ES


def cite_es(edition: Edition | None = None) -> str:
    """How to cite, in Spanish: the data as a whole, or what was exported of them."""
    if edition is None:
        return f"rendicion-etl {VERSION}, «{TITLE_ES}». Cite además el informe y su página."
    if edition.document:
        report = _report(edition.document, "institución desconocida", "período desconocido", "recibido el")
        return f"{report}; datos leídos por rendicion-etl, versión {edition.version}. Cite además la página."
    return (
        f"rendicion-etl, «{TITLE_ES}», versión {edition.version}, {edition.n_documents} documentos recibidos hasta el "
        f"{edition.received.isoformat()}. Cite además el informe y su página."
    )


def cite_en(edition: Edition | None = None) -> str:
    """How to cite, in English."""
    if edition is None:
        return f'rendicion-etl {VERSION}, "{TITLE_EN}". Cite the report and its page too.'
    if edition.document:
        report = _report(edition.document, "unknown institution", "unknown period", "received on")
        return f"{report}; data read by rendicion-etl, version {edition.version}. Cite the page too."
    return (
        f'rendicion-etl, "{TITLE_EN}", version {edition.version}, {edition.n_documents} documents received until '
        f"{edition.received.isoformat()}. Cite the report and its page too."
    )


def _report(document: Mapping[str, Any], nobody: str, never: str, received: str) -> str:
    """A report by institution, period, file and hash; what it says of itself is untrusted, and cleaned."""
    year = str(document["fiscal_year"]) if document["fiscal_year"] else None
    period = " ".join(part for part in (document["period"], year) if part) or never
    parts = [
        document["institution_name"] or nobody,
        period,
        f"«{document['file_name']}»",
        f"{received} {document['retrieved_at'].date().isoformat()}",
        f"sha256 {document['sha256']}",
        document["document_id"],
    ]
    return clean(", ".join(parts))
