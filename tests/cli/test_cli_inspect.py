"""`rendicion inspect`: what it tells of the jury's choice, the pictures it writes, and how it refuses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pdfs import Ruled, write_pdf
from rendicion_etl.cli.app import run
from rendicion_etl.cli.inspect import _because
from rendicion_etl.cli.look import Task, look_at_page, why_chosen
from rendicion_etl.messages import LANGUAGES, say
from rendicion_etl.site.inspection import COLOURS, on_paper
from rendicion_etl.tables import extract
from rendicion_etl.tables.extract import READERS
from rendicion_etl.tables.jury import Verdict

ROWS = [
    ["Código", "Grupo de Gasto", "Vigente", "Devengado"],
    ["000", "Servicios Personales", "Q 100.00", "Q 40.00"],
    ["100", "Servicios No Personales", "Q 300.00", ""],
    ["", "TOTAL", "Q 400.00", "Q 40.00"],
]


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PDF of two pages, of which the second has a ruled table, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    return write_pdf(tmp_path / "informe.pdf", "Prosa sin cuadros.", None, Ruled(ROWS))


def colours_of(picture: Path) -> set[Any]:
    with Image.open(picture) as image:
        return {colour for _, colour in image.convert("RGB").getcolors(1 << 24) or []}


def test_it_tells_the_choice_and_draws_the_page(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", "informe.pdf", "--page", "2"]) == 0
    told = capsys.readouterr().out
    assert "informe.pdf, página 2 de 2" in told
    assert "Región 1: se eligió ruled, porque" in told
    assert "Imagen guardada en informe-p2.png" in told
    drawn = colours_of(report.parent / "informe-p2.png")
    assert {on_paper(COLOURS[role]) for role in ("code", "label", "figure", "empty")} <= drawn


def test_it_speaks_english(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", "informe.pdf", "--page", "2", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "Region 1: ruled was chosen, because" in told
    assert "Picture saved in informe-p2.png" in told


def test_a_page_without_tables_is_drawn_too(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", "informe.pdf", "--out", "sin.png"]) == 0
    assert "Ningún lector ve una tabla en esta página." in capsys.readouterr().out
    assert (report.parent / "sin.png").is_file()


def test_json_has_the_verdict_and_every_cell_with_its_role(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", "informe.pdf", "--page", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["page"], told["pages"], told["pictures"]) == (2, 2, ["informe-p2.png"])
    (region,) = told["regions"]
    reading = next(r for r in region["readers"] if r["reader"] == region["chosen"])
    (table,) = reading["tables"]
    assert (reading["figures"], table["n_rows"], table["n_cols"], table["header_rows"]) == (7, 4, 4, [0])
    cells = {(c["row"], c["col"]): c for c in table["cells"]}
    assert {place: c["text"] for place, c in cells.items() if c["text"]} == {
        (r, c): text for r, row in enumerate(ROWS) for c, text in enumerate(row) if text
    }
    assert [cells[1, col]["role"] for col in range(4)] == ["code", "label", "figure", "figure"]
    assert cells[2, 3]["role"] == "empty"
    x0, top, x1, bottom = cells[1, 1]["box"]
    assert 0 < x0 < x1 < 612
    assert 0 < top < bottom < 792


def test_all_readers_have_a_picture_each(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", "informe.pdf", "--page", "2", "--reader", "all", "--json"]) == 0
    pictures = json.loads(capsys.readouterr().out)["pictures"]
    assert pictures == [f"informe-p2-{name}.png" for name in READERS]
    assert sorted(path.name for path in report.parent.glob("*.png")) == sorted(pictures)


@pytest.mark.parametrize("reader", READERS)
def test_a_single_reader_is_drawn_under_the_name_asked_for(report: Path, reader: str) -> None:
    assert run(["inspect", "informe.pdf", "--page", "2", "--reader", reader, "--out", "uno.png"]) == 0
    assert [path.name for path in report.parent.glob("*.png")] == ["uno.png"]


def test_tables_of_the_page_before_are_known_as_when_a_report_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_pdf(tmp_path / "a.pdf", Ruled(ROWS), None, Ruled(ROWS[1:], header=0), None, Ruled(ROWS))
    seen: list[tuple[int, list[int]]] = []
    real = extract.verdicts

    def verdicts(pdf: Any, page: Any, before: Sequence[Any] = (), **asked: Any) -> list[Verdict]:
        seen.append((page.number, [table.regions[0].page for table in before]))
        return real(pdf, page, before, **asked)

    monkeypatch.setattr(extract, "verdicts", verdicts)
    look_at_page(Task(path, path.name, 3, (), "es"))
    assert seen == [(1, []), (2, [1]), (3, [2])]


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        ({"ruled": (7, 1)}, "alone"),
        ({"ruled": (7, 0), "aligned": (6, 0)}, "figures"),
        ({"ruled": (7, 2), "aligned": (7, 1)}, "sums"),
        ({"ruled": (7, 2), "aligned": (7, 1), "otro": (6, 9)}, "sums"),
        ({"ruled": (7, 2), "aligned": (7, 2)}, "preferred"),
    ],
)
def test_why_a_reader_was_chosen(scores: dict[str, tuple[int, int]], why: str) -> None:
    assert why_chosen(Verdict("ruled", {name: [] for name in scores}, scores)) == why
    for lang in LANGUAGES:
        assert say(f"inspect.why.{why}", lang, own=7, others="aligned 6")


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("figures", "conserva más cifras (7; aligned 7, otro 6)"),
        ("sums", "conserva tantas cifras como el mejor y cierran más de sus sumas (2; aligned 1)"),
        ("alone", "ningún otro lector ve aquí una tabla"),
    ],
)
def test_the_reason_names_those_who_were_outdone_in_it(why: str, said: str) -> None:
    scores = {"ruled": (7, 2), "aligned": (7, 1), "otro": (6, 9)}
    readers = [{"reader": name, "figures": n, "sums": sums} for name, (n, sums) in scores.items()]
    assert _because({"chosen": "ruled", "why": why, "readers": readers}, "es") == said


@pytest.mark.parametrize("role", COLOURS)
def test_every_role_has_a_name(role: str) -> None:
    assert all(say(f"inspect.role.{role}", lang) for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (["nada.pdf"], 3, "nada.pdf: el archivo no existe. Revise la ruta y el nombre."),
        (["."], 3, "es una carpeta o un dispositivo, no un archivo. Indique un archivo PDF."),
        (["texto.pdf"], 3, "texto.pdf: no es un PDF por su contenido."),
        (["cortado.pdf"], 3, "cortado.pdf: el archivo no es un PDF válido o está truncado."),
        (["informe.pdf", "--page", "99"], 2, "informe.pdf: no tiene página 99. La última es la 2: indique otra"),
        (["informe.pdf", "--page", "0"], 2, "«0» no es un valor válido para --page"),
        (["informe.pdf", "--reader", "nadie"], 2, "nadie: no es un lector conocido. Use uno de: chosen, all, ruled"),
        (["informe.pdf", "--out", "otro.pdf"], 2, "otro.pdf: la imagen se guarda como PNG."),
        (["informe.pdf", "--out", ".", "--reader", "all"], 2, ".: la imagen se guarda como PNG."),
        (["foto.png", "--out", "foto.png"], 2, "foto.png: la imagen se guarda como PNG."),
        (["a-ruled.png", "--out", "a.png", "--reader", "all"], 2, "a-ruled.png: la imagen se guarda como PNG."),
        ([], 2, "Falta indicar FILE"),
    ],
)
def test_what_cannot_be_drawn_is_one_line_with_file_reason_and_next_step(
    report: Path, given: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = report.parent
    (folder / "texto.pdf").write_text("nada")
    (folder / "cortado.pdf").write_bytes(b"%PDF-1.4\n")
    for name in ("foto.png", "a-ruled.png"):
        (folder / name).write_bytes(report.read_bytes())
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert run(["inspect", *given]) == code
    told = capsys.readouterr()
    assert said in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_errors_speak_english_too(
    report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("rendicion_etl.cli.app.HELP_LANG", "en")
    assert run(["inspect", str(report), "--page", "3"]) == 2
    assert capsys.readouterr().err == "informe.pdf: it has no page 3. The last one is 2: name another with --page.\n"
