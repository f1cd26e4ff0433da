"""The way of one document, from the archived PDF to the records of the datasets, top to bottom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rendicion_etl.archive.store import Stored
from rendicion_etl.checks import registry
from rendicion_etl.checks.confirm import confirm
from rendicion_etl.checks.misread import misread, set_right
from rendicion_etl.checks.model import Result
from rendicion_etl.curated.records import records_of
from rendicion_etl.errors import UnreadableDocument
from rendicion_etl.normalize.document import Source, understand
from rendicion_etl.normalize.model import Document
from rendicion_etl.reading.page_reader import PageReader, Watch
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.tables.extract import read_tables
from rendicion_etl.tables.second import SecondReading
from rendicion_etl.version import pipeline_version

NO_TABLES = (
    "no se encontró ninguna tabla en sus páginas",
    "Compruebe que es un informe con cuadros; véalos página por página con: rendicion inspect ARCHIVO --page N.",
)


@dataclass
class Processed:
    """A document that went the whole way: what it is, what the checks say, and its records by dataset."""

    document: Document
    results: list[Result]
    records: dict[str, Iterable[dict[str, Any]]]


def process_document(stored: Stored, document_id: str | None = None, watch: Watch | None = None) -> Processed:
    """Read, normalise, judge and record one archived PDF; raises UnreadableDocument where it cannot be read.

    `document_id` is the id that the document already has, if it was ingested before: it is kept. `watch` is told of
    each page that is read from its pixels, which takes seconds.
    """
    with open_pdf(stored.path, stored.file_name) as pdf:
        reader = PageReader(pdf, watch)
        raw_tables, pages = read_tables(pdf, reader)
        if not raw_tables:
            raise UnreadableDocument(stored.file_name, *NO_TABLES, stage="tables")
        source, second = Source(stored.sha256, stored.file_name, document_id), SecondReading(pdf, reader)
        document = understand(source, pages, raw_tables, pdf.producer)
        if document.text_source == "native":
            del raw_tables, pages  # of hundreds of pages, a third of all that is in memory
            results = registry.run(document)
        else:
            results = registry.run(document)
            if said := misread(document, results, second):
                set_right(raw_tables, said)
                document = understand(source, pages, raw_tables, pdf.producer)
                results = registry.run(document)
        confirm(document, results, second)
    return Processed(document, results, records_of(document, results, stored, pipeline_version()))
