"""The contract of the datasets as plain functions: what we promise of every staged document before it is published.

Each takes a dataset (`Columns`), the run, and the options of its expectation, and gives a `Checked`: how often it
applied, and which documents broke it. A KeyError means that the dataset lacks a column. The promises on how the
datasets fit each other are in `conservation`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rendicion_etl.checks.gx.staged import Breach, Checked, Columns, Run, breaches_of


def columns_complete(frame: Columns, run: Run, columns: Sequence[str]) -> Checked:
    """No value is null in the given columns."""
    missing = [
        (document_id, {"column": name, "index": i})
        for name in columns
        if None in frame[name]
        for i, (document_id, value) in enumerate(frame.rows("document_id", name))
        if value is None
    ]
    named = ", ".join(dict.fromkeys(str(place["column"]) for _, place in missing))
    breaches = breaches_of(missing, f"Hay valores vacíos en: {named}.", f"Null values in: {named}.")
    return Checked(len(frame) * len(columns), breaches)


def amounts_exact(frame: Columns, run: Run, columns: Sequence[str]) -> Checked:
    """Amounts are decimals: a binary floating-point number anywhere is a breach, even if it looks round."""
    applied = 0
    inexact: list[tuple[str, dict[str, Any]]] = []
    for name in columns:
        for document_id, value in frame.rows("document_id", name):
            applied += value is not None
            if value is not None and not isinstance(value, Decimal):
                inexact.append((document_id, {"column": name, "type": type(value).__name__}))
    named = ", ".join(dict.fromkeys(place["column"] for _, place in inexact))
    breaches = breaches_of(inexact, f"Hay montos que no son decimales exactos en: {named}.", f"Not exact: {named}.")
    return Checked(applied, breaches)


def parents_exist(
    frame: Columns, run: Run, columns: Sequence[str], parent: str, parent_columns: Sequence[str] | None = None
) -> Checked:
    """Every row belongs to a row of `parent`. Rows with a null among `columns` belong to none and are left out."""
    known = set(run.of(parent).rows(*(parent_columns or columns)))
    rows = [
        (document_id, key)
        for document_id, key in zip(frame["document_id"], frame.rows(*columns), strict=True)
        if None not in key
    ]
    orphans = [(document_id, dict(zip(columns, key, strict=True))) for document_id, key in rows if key not in known]
    return Checked(len(rows), breaches_of(orphans, f"Hay filas que no existen en {parent}.", f"No row in {parent}."))


def parents_have_rows(
    frame: Columns,
    run: Run,
    columns: Sequence[str],
    parent: str,
    parent_columns: Sequence[str] | None = None,
    maximum: int | None = None,
) -> Checked:
    """Every row of `parent` (or every document of the `run`) has rows here: one at least, `maximum` at most."""
    if parent == "run":
        wanted: list[tuple[Any, ...]] = [(document_id,) for document_id in run.document_ids]
        owners: list[Any] = list(run.document_ids)
    else:
        wanted = list(run.of(parent).rows(*(parent_columns or columns)))
        owners = run.of(parent)["document_id"]
    counted = Counter(frame.rows(*columns))
    wrong = [
        (owner, {**dict(zip(columns, key, strict=True)), "rows": counted[key]})
        for owner, key in zip(owners, wanted, strict=True)
        if counted[key] < 1 or (maximum is not None and counted[key] > maximum)
    ]
    bounds_es = "al menos una" if maximum is None else f"entre 1 y {maximum}"
    bounds_en = "at least one" if maximum is None else f"1 to {maximum}"
    return Checked(
        len(wanted),
        breaches_of(
            wrong, f"El número de filas no es el debido ({bounds_es}).", f"Wrong number of rows ({bounds_en})."
        ),
    )


def counts_match(frame: Columns, run: Run, counts: dict[str, str]) -> Checked:
    """A count printed in `documents` is the number of rows staged in the dataset that it counts."""
    breaches: list[Breach] = []
    for name, dataset in counts.items():
        staged = Counter(run.of(dataset)["document_id"])
        for document_id, value in frame.rows("document_id", name):
            if value != staged[document_id]:
                said = f"{name} = {value}, {dataset}: {staged[document_id]}."
                breaches.append(Breach(document_id, 1, f"No coincide: {said}", f"Mismatch: {said}"))
    return Checked(len(frame) * len(counts), breaches)


def pages_exist(frame: Columns, run: Run, columns: Sequence[str]) -> Checked:
    """A page is between 1 and the number of pages of its document."""
    n_pages = dict(run.of("documents").rows("document_id", "n_pages"))
    applied = 0
    wrong: list[tuple[str, dict[str, Any]]] = []
    for name in columns:
        for document_id, page in frame.rows("document_id", name):
            last = n_pages.get(document_id)
            if page is None or last is None:
                continue
            applied += 1
            if not 1 <= page <= last:
                wrong.append((document_id, {"column": name, "page": page, "n_pages": last}))
    return Checked(applied, breaches_of(wrong, "Hay páginas que el documento no tiene.", "No such page."))


def same_as_document(frame: Columns, run: Run, columns: Sequence[str]) -> Checked:
    """What is repeated of the document beside each row is what `documents` says."""
    documents = run.of("documents")
    said = {document_id: rest for document_id, *rest in documents.rows("document_id", *columns)}
    rows = [(document_id, values) for document_id, *values in frame.rows("document_id", *columns)]
    wrong = [
        (document_id, dict(zip(columns, values, strict=True)))
        for document_id, values in rows
        if document_id in said and values != said[document_id]
    ]
    return Checked(len(rows), breaches_of(wrong, "No dice lo mismo que documents.", "Differs from documents."))


def outcomes_counted(frame: Columns, run: Run) -> Checked:
    """No check passes without having compared: pass, fail and not_applicable agree with their counts."""
    names = ("document_id", "table_id", "check_id", "outcome", "reason", "n_applied", "n_passed")
    wrong = []
    for document_id, table_id, check_id, outcome, reason, n_applied, n_passed in frame.rows(*names):
        honest = {
            "pass": n_applied >= 1 and n_passed == n_applied,
            "fail": 0 <= n_passed < n_applied,
            "not_applicable": n_applied == 0 and n_passed == 0 and bool(reason),
        }
        if not honest.get(outcome, False):
            wrong.append((document_id, {"table_id": table_id, "check_id": check_id, "outcome": outcome}))
    reason_es = "Hay revisiones cuyo resultado no corresponde a lo que compararon."
    return Checked(len(frame), breaches_of(wrong, reason_es, "Outcomes that disagree with their counts."))
