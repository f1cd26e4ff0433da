"""SQL over the curated datasets: a view for each, `ejecucion`, in which what may be added up stands once, and `scores`.

The connection reads the folder it was opened on and nothing else: no other file, no network, no extension.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.curated.ejecucion import ejecucion_sql
from rendicion_etl.curated.field import DOCUMENT_ID, Dataset
from rendicion_etl.curated.older import KEY, must_be_known, version_in
from rendicion_etl.curated.remote import must_be_whole, pull
from rendicion_etl.curated.schemas import DATASETS, VIEWS, duckdb_type, schema_id
from rendicion_etl.curated.scores import scores_sql
from rendicion_etl.curated.writer import PENDING, pending_folders, published_files, recover, safe, still
from rendicion_etl.errors import RendicionError
from rendicion_etl.settings import address_of, home

if TYPE_CHECKING:
    import duckdb

EVERY = "*"
_AT_A_TIME = 100  # documents
_KEYS = ("institution", "fiscal_year", "document_id")


def open_curated(curated: Path | str, document_id: str = EVERY) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with a view per dataset and the views `ejecucion` and `scores`, over committed documents.

    Documents published later appear in it, unless a dataset had no file at all when it was opened. A query that runs
    just as a document is published anew may meet some of its files before and some after. An empty or missing folder
    gives empty views (`open_published` refuses it). Given a `document_id`, that document is all there is, for
    `ejecucion` too, and no file of another is opened. Amounts are DECIMAL: fetch rows or an Arrow table, not `.df()`,
    to keep them so. Raises OSError where a folder of it cannot be listed, RendicionError where a file of it is damaged
    or a newer program wrote it, ValueError for what is no document_id. What came later than a file that an earlier
    program wrote is null, and a dataset that came later is empty.
    """
    import duckdb

    root = home(curated).absolute()
    if isinstance(curated, str) and address_of(root):
        must_be_whole(root, pull(root))
    name = document_id if document_id == EVERY else safe(DOCUMENT_ID, document_id, "document_id")
    for dataset in DATASETS:  # DuckDB would pass over a folder that may not be listed
        published_files(root, ".parquet", dataset)
    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false; SET temp_directory = ''")
    with suppress(OSError):  # a reader who may not write reads what is pending from where it lies
        recover(root)
    with still(root), told_plainly(root):  # files that move while they are listed would be missed where they go
        _create_views(connection, root, name)
    # A glob is compared with the allowed folders as it is written, escapes and all.
    allowed = ", ".join(dict.fromkeys((quoted(str(root)), quoted(_literal(str(root))))))
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    return connection


def open_published(curated: Path | str, document_id: str = EVERY) -> duckdb.DuckDBPyConnection:
    """`open_curated` of a folder that holds a document; RendicionError where there is none, or no such folder."""
    must_be_published(curated)
    return open_curated(curated, document_id)


def must_be_published(curated: Path | str) -> None:
    """Raise RendicionError where a folder holds no document, or is none."""
    root, next_step = home(curated), "Indique otra con --curated, o publique documentos en ella con: rendicion ingest."
    told = address_of(root) or str(curated)
    if not root.is_dir():
        raise RendicionError(told, "no existe esa carpeta", next_step)
    if not published_files(root, ".parquet") and not pending_folders(root):
        raise RendicionError(told, "no hay ningún documento publicado en esa carpeta", next_step)


@contextmanager
def told_plainly(curated: Path | str) -> Iterator[None]:
    """What DuckDB refuses in one line and with the way on; a damaged file by its name."""
    import duckdb

    try:
        yield
    except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.SyntaxException) as error:
        raise _refusal(error) from error
    except duckdb.PermissionException as error:
        why, next_step = "pide algo fuera de los datos publicados", "Solo se leen las vistas: véalas con SHOW TABLES."
        raise RendicionError("Consulta", why, next_step) from error
    except (duckdb.Error, ValueError) as error:  # pyarrow's errors are ValueErrors
        for path in _damaged(Path(curated)):
            why, next_step = "el archivo está dañado", f"Ingiera de nuevo el PDF de {path.stem} con: rendicion ingest."
            raise RendicionError(str(path), why, next_step) from error
        if isinstance(error, ValueError):
            raise
        raise _refusal(error) from error


def _refusal(error: Exception) -> RendicionError:
    said = str(error).strip().splitlines()[0].rstrip(".")
    why, next_step = f"DuckDB respondió: {said}", "Vea las vistas con SHOW TABLES y sus columnas con DESCRIBE."
    return RendicionError("Consulta", why, next_step)


def _damaged(curated: Path) -> Iterator[Path]:
    """The published files that are cut off or no Parquet at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for dataset in DATASETS:
        for path in published_files(curated, ".parquet", dataset):
            try:
                pq.read_metadata(path)
            except pa.ArrowException:
                yield path
            except OSError:  # not damaged: no permission, or gone meanwhile
                continue


def _create_views(connection: duckdb.DuckDBPyConnection, root: Path, name: str) -> None:
    same_columns = _same_columns(connection, root, name)
    for dataset in DATASETS.values():
        connection.execute(f"CREATE VIEW {dataset.name} AS {_dataset_sql(root, dataset, name, same_columns)}")
        comment(connection, dataset)
    create_derived(connection)


def create_derived(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `ejecucion` and `scores`, over datasets that are there as views or as tables."""
    for name, sql in (("ejecucion", ejecucion_sql()), ("scores", scores_sql())):
        connection.execute(f"CREATE VIEW {name} AS {sql}")
        comment(connection, VIEWS[name])


def _same_columns(connection: duckdb.DuckDBPyConnection, root: Path, name: str) -> bool:
    """Do all files have the columns of the field table? Then DuckDB need not open each of them to learn that.

    Raises RendicionError where a newer program wrote one of them.
    """
    patterns, _ = _sources(root, "documents", name)
    if not patterns:
        return True
    same = "decode(key) = 'schema_id' AND decode(value) = ?"
    version = f"decode(key) = {quoted(KEY.decode())}"
    sql = f"""SELECT count(DISTINCT file_name) = count(DISTINCT file_name) FILTER (WHERE {same}),
            list(DISTINCT decode(value)) FILTER (WHERE {version})
        FROM parquet_kv_metadata([{", ".join(map(quoted, patterns))}])"""
    is_same, versions = connection.execute(sql, [schema_id()]).fetchone() or (True, ())
    for said in versions or ():
        must_be_known(version_in({KEY: said.encode()}), address_of(root) or str(root))
    return bool(is_same)


def _dataset_sql(root: Path, dataset: Dataset, name: str, same_columns: bool) -> str:
    """The rows of a dataset whose document is committed, columns in the order of the field table."""
    typed = ", ".join(f"NULL::{duckdb_type(field)} AS {field.name}" for field in dataset.fields)
    # Gives every column its type, in an empty folder and over files older than the column.
    rows = f"SELECT {typed} WHERE false"
    patterns, replaced = _sources(root, dataset.name, name)
    if patterns:
        rows += f""" UNION ALL BY NAME SELECT * EXCLUDE (filename) FROM read_parquet(
            [{", ".join(map(quoted, patterns))}], union_by_name = {not same_columns}, filename = true,
            hive_partitioning = true, hive_types = {{'institution': VARCHAR, 'fiscal_year': SMALLINT}})"""
        if replaced:
            rows += f" WHERE filename NOT IN ({', '.join(map(quoted, replaced))})"
    listed = ", ".join(field.name for field in dataset.fields)
    committed = "" if dataset.name == "documents" else "WHERE document_id IN (SELECT document_id FROM documents)"
    return f"SELECT {listed} FROM ({rows}) {committed}"


def _sources(root: Path, dataset: str, name: str) -> tuple[list[str], list[str]]:
    """The globs that find the files of a dataset, of every document or one, and those of them that no longer count.

    A publication that was cut short (see `writer`) and could not be finished counts as done: what is still pending
    is read from where it lies, and every other file of that document but the one already in place is left out.
    """
    patterns, replaced = [], []
    layout = f"institution=*/fiscal_year=*/{name}.parquet"
    if next((root / dataset).glob(layout), None):
        patterns.append(f"{_literal(str(root / dataset))}/{layout}")
    for folder in pending_folders(root):
        if name not in (EVERY, folder.name):
            continue
        waiting = next((folder / dataset).glob(layout), None)
        homes = {path.relative_to(folder) for path in (folder / dataset).glob("institution=*/fiscal_year=*")}
        if waiting:
            patterns.append(f"{_literal(str(root / PENDING / folder.name / dataset))}/{layout}")
        replaced += [
            str(path)
            for path in (root / dataset).glob(f"institution=*/fiscal_year=*/{folder.name}.parquet")
            if homes and (waiting or path.parent.relative_to(root) not in homes)
        ]
    return patterns, replaced


def named_rows(connection: duckdb.DuckDBPyConnection, sql: str, *values: object) -> list[dict[str, Any]]:
    """The rows of an answer by the names of its columns; `values` are bound to the question marks of the query."""
    answer = connection.execute(sql, list(values))
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def some_at_a_time(documents: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Conditions that take the rows of a dataset in parts, some documents each, so that memory holds no more of it.

    `documents` are rows with institution, year and identifier: they say in which folders the files lie, and no other
    file is opened. Sorted documents give sorted parts.
    """
    for start in range(0, len(documents), _AT_A_TIME):
        some = documents[start : start + _AT_A_TIME]
        yield " AND ".join(
            f"{name} IN ({', '.join(sorted({quoted(str(document[name])) for document in some}))})" for name in _KEYS
        )


def comment(connection: duckdb.DuckDBPyConnection, dataset: Dataset, kind: str = "VIEW", more: str = "") -> None:
    """Describe a view or table and its columns in both languages, where `duckdb_views()` and others show it."""
    connection.execute(f"COMMENT ON {kind} {dataset.name} IS {quoted(f'{dataset.es} / {dataset.en}{more}')}")
    for field in dataset.fields:
        text = quoted(f"{field.es} / {field.en}")
        connection.execute(f"COMMENT ON COLUMN {dataset.name}.{field.name} IS {text}")


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _literal(path: str) -> str:
    """A path as a glob that matches only itself."""
    return re.sub(r"([\[*?])", r"[\1]", path)
