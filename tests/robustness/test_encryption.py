"""What needs no password is read like the plain file, in each revision; what does is refused in words that help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from bombs import padded
from hostile import BUILT, TABLE, encrypted, one_page, stream
from locked import lock_of

from rendicion_etl.errors import UnreadableDocument
from rendicion_etl.reading.limits import impose
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.settings import Bounds
from rendicion_etl.tables.extract import read_tables

REVISIONS = [(2, None), (3, None), (4, b"V2"), (4, b"AESV2"), (5, None), (6, None)]


def read(path: Path, data: bytes) -> tuple[list[str], list[str]]:
    """The cells of the one table of a file, and its words by the parser of the second reading."""
    path.write_bytes(data)
    with open_pdf(path, path.name) as pdf:
        (table,) = read_tables(pdf)[0]
        return [cell.text for cell in table.cells], [word["text"] for word in pdf.plumber.pages[0].extract_words()]


@pytest.mark.parametrize(("revision", "method"), [*REVISIONS, (4, b"Identity")])
def test_what_opens_without_a_password_is_read_like_the_plain_file(
    revision: int, method: bytes | None, tmp_path: Path
) -> None:
    plain = read(tmp_path / "claro.pdf", one_page(stream(TABLE)))
    assert "100.00" in plain[0]
    assert read(tmp_path / "cifrado.pdf", encrypted(revision, method=method)) == plain


@pytest.mark.parametrize(("revision", "method"), REVISIONS)
def test_what_asks_for_a_password_is_refused_with_what_to_do(
    revision: int, method: bytes | None, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(encrypted(revision, "clave", method))
    with pytest.raises(UnreadableDocument) as refused:
        open_pdf(tmp_path / "a.pdf", "a.pdf")
    assert refused.value.why == "el PDF está protegido con contraseña"
    assert refused.value.next_step.startswith("Pida a la institución una copia sin contraseña")


UNKNOWN = {name: BUILT[name][0](1) for name in ("encryption_unknown", "encryption_of_another_handler")} | {
    f"{then.decode()}": one_page(
        stream(TABLE), lock=replace(lock_of(4), entries=lock_of(4).entries.replace(entry, then))
    )
    for entry, then in ((b"/StrF /S", b"/StrF /Identity"), (b"/StmF /S", b"/StmF /Nada"))
}


@pytest.mark.parametrize("kind", UNKNOWN)
def test_nobody_is_asked_for_a_password_where_none_would_open_the_file(kind: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(UNKNOWN[kind])
    with pytest.raises(UnreadableDocument) as refused:
        open_pdf(tmp_path / "a.pdf", "a.pdf")
    assert refused.value.why == "el PDF usa un cifrado que no se puede abrir"


def test_where_the_second_parser_fails_the_word_of_the_first_stands(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(re.sub(rb"/ID \[.*?\]", b"/ID []", encrypted(3, "clave")))
    with pytest.raises(UnreadableDocument, match="contraseña"):
        open_pdf(tmp_path / "a.pdf", "a.pdf")


@pytest.fixture
def _four_mib() -> Iterator[None]:
    impose(Bounds(stream_mb=4))
    yield
    impose(Bounds())


@pytest.mark.usefixtures("_four_mib")
@pytest.mark.parametrize(("revision", "method"), [*REVISIONS, (4, b"Identity")])
def test_a_stream_that_holds_too_much_is_refused_under_any_lock(
    revision: int, method: bytes | None, tmp_path: Path
) -> None:
    for mib in (3, 5):
        (tmp_path / f"{mib}.pdf").write_bytes(one_page(padded(mib), lock=lock_of(revision, method=method)))
    with open_pdf(tmp_path / "3.pdf", "3.pdf") as pdf:
        assert pdf.n_pages == 1
    with pytest.raises(UnreadableDocument, match=r"pasa de 4 MiB.*RENDICION_MAX_STREAM_MB"):
        open_pdf(tmp_path / "5.pdf", "5.pdf")
