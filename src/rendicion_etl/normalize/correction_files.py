"""`corrections/*.toml`: what people correct, read strictly before anything else of a run (docs/corrections.md).

People write these files and they decide what is published, so whatever is not understood in one stops the run. Loads
no library: a run asks for it before it knows whether there is anything to read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rendicion_etl.curated.schemas import CORRECTABLE, DOCUMENT_ID, SHA256
from rendicion_etl.entries import entries_of
from rendicion_etl.errors import RendicionError
from rendicion_etl.settings import CORRECTIONS

_DOCUMENT = ("sha256", "document_id", "table", "page", "printed")
_SIGNED = ("author", "date", "reason")
# What each correction needs to name its place in the table.
_PLACE = {
    "value": ("row", "col"),
    "row_role": ("row",),
    "column_role": ("col",),
    "department": ("row",),
    "municipality": ("row",),
}
_VALUE = re.compile(r"-?\d{1,26}(?:\.\d{1,12})?")
_TABLE = re.compile(rf"({DOCUMENT_ID})/t(\d{{2,4}})")
_NEXT = "Corríjalo como muestra corrections/README.md, y repita."
_ONLY = ("solo se admiten correcciones, que comienzan con [[correction]]", _NEXT)


@dataclass(frozen=True, slots=True)
class Correction:
    """An entry: at this place, where `printed` stands, `what` is `after`.

    table: index of the table, from 1. row, col: from 0, None where what is corrected has none. page: where it stands
    (of a column or a caption: where its table begins). `entry` counts the entries of its `file`.
    """

    sha256: str
    document_id: str
    table: int
    page: int
    row: int | None
    col: int | None
    what: str
    printed: str
    after: str
    author: str
    date: dt.date
    reason: str
    file: str
    entry: int = field(default=0, compare=False)


Corrections = Mapping[str, tuple[Correction, ...]]
"""The corrections of each document, by its sha256."""


def read_corrections(folder: Path) -> Corrections:
    """The corrections in the files of a folder, in the order of the files.

    The default folder need not exist. Raises RendicionError where another one does not, and for a file that is no
    TOML, an entry with a key missing, unknown or of no use, and two entries that correct the same.
    """
    if not folder.is_dir():
        if folder == Path(CORRECTIONS) and not folder.exists():
            return {}
        why, next_step = "no existe esa carpeta de correcciones", "Indique otra con RENDICION_CORRECTIONS."
        raise RendicionError(str(folder), why, next_step)
    out: dict[str, list[Correction]] = defaultdict(list)
    seen: dict[tuple[object, ...], Correction] = {}
    for path in sorted(folder.glob("*.toml")):
        for number, said in enumerate(entries_of(path, "correction", _ONLY), 1):
            correction = _correction(path, number, said)
            other = seen.setdefault(_place_of(correction), correction)
            if other is not correction:
                why = f"la corrección {number} corrige lo mismo que la {other.entry} de {other.file}"
                raise RendicionError(str(path), why, _NEXT)
            out[correction.sha256].append(correction)
    return {sha256: tuple(found) for sha256, found in out.items()}


def version_with(version: str, corrections: Iterable[Correction]) -> str:
    """The version of the pipeline, with a digest of a document's corrections behind it where there are any.

    So what was made with other corrections is not unchanged, nor is what was judged beside it.
    """
    said = sorted(
        json.dumps({k: v for k, v in asdict(c).items() if k != "entry"}, sort_keys=True, default=str)
        for c in corrections
    )
    digest = hashlib.sha256("\n".join(said).encode()).hexdigest()[:8]
    return f"{version}.c{digest}" if said else version


def _place_of(c: Correction) -> tuple[object, ...]:
    """What two corrections may not share."""
    what = "place" if c.what in ("department", "municipality") else c.what
    return c.sha256, c.table, what, c.row, c.col


def _correction(path: Path, number: int, said: dict[str, Any]) -> Correction:
    named = [what for what in CORRECTABLE if what in said]
    if len(named) != 1:
        why = f"la corrección {number} debe decir una sola de estas cosas: {', '.join(CORRECTABLE)}"
        raise RendicionError(str(path), why, _NEXT)
    what = named[0]
    place = _PLACE.get(what, ())
    needed = (*_DOCUMENT, *place, what, *_SIGNED)
    for name in (*needed, *said):
        blank = name == "printed" and what == "value" and said.get(name) == ""  # a figure that was not seen
        if not blank and not str(said.get(name, "")).strip():
            raise RendicionError(str(path), f"a la corrección {number} le falta la clave «{name}»", _NEXT)
        if name not in needed:
            raise RendicionError(str(path), f"la clave «{name}» está de más en la corrección {number}", _NEXT)
        if not _is_fit(name, said[name]):
            why = f"la clave «{name}» de la corrección {number} no se entiende: {said[name]!r}"
            raise RendicionError(str(path), why, _NEXT)
    if said["document_id"][-8:] != said["sha256"][:8] or _document_of(said["table"]) not in (None, said["document_id"]):
        why = f"el sha256, el document_id y la tabla de la corrección {number} no son de un mismo documento"
        raise RendicionError(str(path), why, _NEXT)
    return Correction(
        sha256=said["sha256"],
        document_id=said["document_id"],
        table=_index_of(said["table"]),
        page=said["page"],
        row=said["row"] if "row" in place else None,
        col=said["col"] if "col" in place else None,
        what=what,
        printed=said["printed"],
        after=str(said[what]).strip(),
        author=said["author"].strip(),
        date=_day(said["date"]) or dt.date.min,
        reason=said["reason"].strip(),
        file=path.name,
        entry=number,
    )


def _is_fit(name: str, given: Any) -> bool:
    """Whether a key may have such a value. Amounts are text or whole numbers: TOML's others are not exact."""
    match name:
        case "page" | "row" | "col":
            return type(given) is int and int(name == "page") <= given < 1_000_000
        case "table":
            return _index_of(given) > 0
        case "value":
            return type(given) in (str, int) and _VALUE.fullmatch(str(given).strip()) is not None
        case "date":
            return _day(given) is not None
        case "sha256" | "document_id":
            return isinstance(given, str) and bool(re.fullmatch(SHA256 if name == "sha256" else DOCUMENT_ID, given))
        case _:
            return isinstance(given, str)


def _index_of(given: Any) -> int:
    """The index of a table that is named by it or by its table_id; 0 for neither."""
    if type(given) is int:
        return int(given)
    found = _TABLE.fullmatch(given) if isinstance(given, str) else None
    return int(found[2]) if found else 0


def _document_of(given: Any) -> str | None:
    found = _TABLE.fullmatch(given) if isinstance(given, str) else None
    return found[1] if found else None


def _day(given: Any) -> dt.date | None:
    """A day, written as TOML has it or as text."""
    if type(given) is dt.date:
        return given
    try:
        return dt.datetime.strptime(given, "%Y-%m-%d").date()
    except (TypeError, ValueError):
        return None
