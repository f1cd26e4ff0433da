"""The way of one document, from the archived PDF to the records of the datasets, top to bottom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rendicion_etl.archive.store import Stored, bring_pdf
from rendicion_etl.checks import registry
from rendicion_etl.checks.confirm import confirm
from rendicion_etl.checks.corrected import doubt_corrected, doubt_over_time
from rendicion_etl.checks.misread import misread, set_right
from rendicion_etl.checks.model import Result
from rendicion_etl.curated.records import records_of
from rendicion_etl.errors import UnreadableDocument
from rendicion_etl.normalize.correction_files import Correction, version_with
from rendicion_etl.normalize.corrections import applied
from rendicion_etl.normalize.document import Source, understand
from rendicion_etl.normalize.model import Document
from rendicion_etl.reading.page_reader import Begin, PageReader, Watch
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.tables.extract import read_tables
from rendicion_etl.tables.model import is_ocr
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


def process_document(
    stored: Stored,
    document_id: str | None = None,
    watch: Watch | None = None,
    corrections: Sequence[Correction] = (),
    begin: Begin | None = None,
) -> Processed:
    """Read, normalise, judge and record one archived PDF; raises UnreadableDocument where it cannot be read.

    `document_id` is the id that the document already has, if it was ingested before: it is kept. `watch` is told of
    each page that is read from its pixels, which takes seconds, `begin` of every page. `corrections` are of this
    document; where one does not fit, it cannot be read.
    """
    with open_pdf(stored.path, stored.file_name) as pdf:
        reader = PageReader(pdf, watch, begin=begin)
        raw_tables, pages = read_tables(pdf, reader)
        producer = pdf.producer
        pdf.release()
        if not raw_tables:
            raise UnreadableDocument(stored.file_name, *NO_TABLES, stage="tables")
        source, second = Source(stored.sha256, stored.file_name, document_id), SecondReading(pdf, reader)
        document = understand(source, pages, raw_tables, producer)
        if document.text_source == "native" and not corrections:
            del raw_tables, pages  # of hundreds of pages, a third of all that is in memory
            results = registry.run(document)
        else:
            results = registry.run(document)
            if said := misread(document, results, second):
                set_right(raw_tables, said)
                document = understand(source, pages, raw_tables, producer)
                results = registry.run(document)
        if corrections:
            as_read, fitting = results, applied(document, corrections)
            document = understand(source, pages, raw_tables, producer, corrections)
            document.corrections = fitting
            results = registry.run(document)
            doubt_corrected(document, results, as_read)
        confirm(document, results, second)
    return Processed(document, results, records_of(document, results, stored, _made_by(document)))


def _made_by(document: Document) -> str:
    return version_with(pipeline_version(), (each.correction for each in document.corrections))


def judge_over_time(document: Document, results: Iterable[Result], stored: Stored, raw: Path) -> Processed:
    """Judge a document beside its history and record it anew; what the other rules found of it stays.

    `raw` is the archive, where the earlier documents lie: their cells are read a second time too.
    """
    kept, found = registry.run_over_time(document, results)
    doubt_over_time(document, found)
    if pages := _scanned_pages(document, found):
        with ExitStack() as stack:
            own, *earlier = (
                _read_again(stack, raw, d, pages[d.document_id]) if d.document_id in pages else None
                for d in (document, *document.history)
            )
            readings = {d.document_id: r for d, r in zip(document.history, earlier, strict=True) if r}
            if own:
                confirm(document, found, own, readings)
    results = kept + found
    records = records_of(document, results, stored, _made_by(document), document.supersedes)
    return Processed(document, results, records)


def _scanned_pages(document: Document, results: Iterable[Result]) -> dict[str, set[int]]:
    """The documents that take part in findings, each with the pages of its tables there that were read from pixels."""
    tables = {t.table_id: (d.document_id, t) for d in (document, *document.history) for t in d.tables}
    out: dict[str, set[int]] = {}
    for finding in (f for r in results for f in r.findings):
        for table_id in {p.table_id for p in (finding.place, *finding.related)} | set(finding.whole_tables):
            document_id, table = tables[table_id]
            pages = out.setdefault(document_id, set())
            if is_ocr(table.reader):
                pages |= {region.page for region in table.regions}
    return out


def _read_again(stack: ExitStack, raw: Path, document: Document, scanned: Iterable[int]) -> SecondReading | None:
    """A second reading of an archived document; None where its PDF cannot be read any more."""
    try:
        pdf = stack.enter_context(open_pdf(bring_pdf(raw, document.sha256), document.file_name))
    except (UnreadableDocument, OSError):
        return None
    reader = PageReader(pdf)
    for number in sorted(scanned):
        reader.page(number)  # it knows a page of pixels by having read it
    return SecondReading(pdf, reader)
