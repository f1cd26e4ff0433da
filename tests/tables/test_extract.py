"""Ruled tables as they are printed: cells, spans, captions, notes, parts on several pages."""

from __future__ import annotations

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from pdfs import Ruled, write_pdf
from rendicion_etl.reading.pdf import open_pdf
from rendicion_etl.tables.extract import read_tables
from rendicion_etl.tables.model import RawTable

GROUPS = [
    ["Grupo de Gasto", "Vigente", "Devengado"],
    ["Grupo 0", "Q 53,902,568.00", "Q 17,593,018.73"],
    ["Grupo 1", "Q 5,151,459.55", "Q 892,751.39"],
    ["TOTAL", "Q 59,054,027.55", "Q 18,485,770.12"],
]


def read(path: Path) -> list[RawTable]:
    with open_pdf(path, path.name) as pdf:
        return read_tables(pdf)[0]


def texts(table: RawTable) -> list[list[str]]:
    return [[c.text for c in row] for row in table.rows()]


def test_every_cell_as_printed_with_caption_number_and_note(tmp_path: Path) -> None:
    caption = ["Tabla No. 4", "Ejecución Financiera por Grupo de Gasto", "En Quetzales"]
    path = write_pdf(tmp_path / "a.pdf", "Antes del cuadro.", Ruled(GROUPS, caption=caption, note="Fuente: SICOIN"))
    (table,) = read(path)
    assert texts(table) == GROUPS
    assert (table.caption.number, table.caption.title) == ("Tabla No. 4", "\n".join(caption[1:]))
    assert table.source_note == "Fuente: SICOIN"
    assert table.n_header_rows == 1
    assert table.reader == "ruled"


def test_number_and_title_on_one_line(tmp_path: Path) -> None:
    (table,) = read(write_pdf(tmp_path / "a.pdf", Ruled(GROUPS, caption=["Cuadro 2: Gasto por grupo"])))
    assert (table.caption.number, table.caption.title) == ("Cuadro 2", "Gasto por grupo")


def test_a_paragraph_above_a_table_is_no_caption(tmp_path: Path) -> None:
    prose = "El presupuesto vigente asciende a Q 63,000,000.00 y se ejecutó conforme a lo programado en el periodo."
    (table,) = read(write_pdf(tmp_path / "a.pdf", prose, Ruled(GROUPS)))
    assert table.caption.lines == ()


def test_long_texts_wrap_in_their_cell(tmp_path: Path) -> None:
    long = "Dirección, Coordinación, Fortalecimiento y Apoyo Técnico de Consejos de Desarrollo"
    rows = [["Finalidad", "Vigente"], [long, "Q 4,367,252.00"], ["TOTAL", "Q 4,367,252.00"]]
    (table,) = read(write_pdf(tmp_path / "a.pdf", Ruled(rows, widths=[150, 100])))
    assert texts(table) == rows


def test_merged_cells_and_a_two_level_header_are_kept_as_spans(tmp_path: Path) -> None:
    rows = [
        ["Producto", "Financiero", "", "Físico", ""],
        ["", "Vigente", "Ejecutado", "Vigente", "Ejecutado"],
        ["Documento", "Q 10.00", "Q 4.00", "12", "4"],
        ["", "Q 20.00", "Q 8.00", "36", "11"],
    ]
    spans = [((0, 0), (0, 1)), ((1, 0), (2, 0)), ((3, 0), (4, 0)), ((0, 2), (0, 3))]
    (table,) = read(write_pdf(tmp_path / "a.pdf", Ruled(rows, header=2, spans=spans)))
    spanned = {c.text: (c.row, c.col, c.row_span, c.col_span) for c in table.cells if c.row_span > 1 or c.col_span > 1}
    assert spanned == {
        "Producto": (0, 0, 2, 1),
        "Financiero": (0, 1, 1, 2),
        "Físico": (0, 3, 1, 2),
        "Documento": (2, 0, 2, 1),
    }
    assert table.n_header_rows == 2
    assert len(table.cells) == 16


def long_table(n: int) -> list[list[str]]:
    return [["Renglón", "Vigente", "Devengado"], *([f"{k:03d}", f"Q {k},000.00", f"Q {k}.50"] for k in range(11, n))]


def test_a_table_that_goes_on_over_the_page_is_one_its_repeated_header_left_out(tmp_path: Path) -> None:
    rows = long_table(60)
    for repeat in (True, False):
        path = tmp_path / f"{repeat}.pdf"
        (table,) = read(write_pdf(path, Ruled(rows, repeat_header=repeat), running_header="Secretaría"))
        assert texts(table) == rows
        assert [r.page for r in table.regions] == [1, 2]
        assert table.whole


def test_a_new_table_at_the_top_of_a_page_stays_its_own(tmp_path: Path) -> None:
    other = Ruled(GROUPS, caption=["Cuadro No. 2", "Otro cuadro"])
    tables = read(write_pdf(tmp_path / "a.pdf", Ruled(GROUPS, caption=["Cuadro No. 1", "Uno"]), None, other))
    assert [t.caption.number for t in tables] == ["Cuadro No. 1", "Cuadro No. 2"]


def test_a_part_that_cannot_be_joined_makes_both_parts_uncertain(tmp_path: Path) -> None:
    rest = Ruled([["TOTAL", "5", "6", "7"], ["GRAN TOTAL", "5", "6", "7"]], header=0)
    first, second = read(write_pdf(tmp_path / "a.pdf", Ruled(GROUPS), None, rest))
    assert (first.whole, second.whole) == (False, False)


def test_a_last_row_printed_without_rules_on_the_next_page_is_noticed(tmp_path: Path) -> None:
    (table,) = read(_total_without_rules(tmp_path / "a.pdf"))
    assert not table.whole


def _total_without_rules(path: Path) -> Path:
    """A ruled table that ends a page, and its total as bare text in the same columns on the next."""
    canvas = Canvas(str(path), pagesize=(300, 200), invariant=1)
    for r, row in enumerate(GROUPS[:3]):
        for c, text in enumerate(row):
            canvas.rect(20 + c * 90, 60 - r * 20, 90, 20)
            canvas.setFont("Helvetica", 8)
            canvas.drawRightString(20 + (c + 1) * 90 - 4, 66 - r * 20, text)
    canvas.showPage()
    canvas.setFont("Helvetica", 8)
    for c, text in enumerate(GROUPS[3]):
        canvas.drawRightString(20 + (c + 1) * 90 - 4, 150, text)
    canvas.save()
    return path


def test_a_second_header_within_a_table_is_a_header_row(tmp_path: Path) -> None:
    rows = [
        ["Departamento", "Habitantes", "Saldo"],
        ["Guatemala", "3,515,775", "Q 312,872.35"],
        ["Departamento", "% de Participación", "Cantidad"],
        ["Petén", "99.83", "Q 5,145,952.18"],
    ]
    (table,) = read(write_pdf(tmp_path / "a.pdf", Ruled(rows, bold=[2])))
    assert (table.n_header_rows, sorted(table.header_rows)) == (1, [0, 2])


def test_a_table_without_header_and_one_of_words(tmp_path: Path) -> None:
    regions = [["1", "Región Metropolitana", "25.68%"], ["2", "Región Norte", "28.23%"]]
    words = [["Ministerio", "Competencia"], ["Economía", "Fomento"], ["Educación", "Alfabetización"]]
    bare, text = read(write_pdf(tmp_path / "a.pdf", Ruled(regions, header=0), Ruled(words)))
    assert (bare.n_header_rows, text.n_header_rows) == (0, 1)


def test_a_row_that_numbers_the_columns_is_header(tmp_path: Path) -> None:
    rows = [
        ["Concepto", "Aprobado", "Ampliaciones", "Modificado", "Devengado", "Subejercicio"],
        ["", "1", "2", "3 = (1 + 2)", "4", "5 = (3 - 4)"],
        ["Programas", "10.00", "1.00", "11.00", "4.00", "7.00"],
    ]
    (table,) = read(write_pdf(tmp_path / "a.pdf", Ruled(rows)))
    assert table.n_header_rows == 2


def test_rows_between_two_rules_are_parted_or_the_table_is_not_whole(tmp_path: Path) -> None:
    head, total = ["Concepto", "Vigente"], ["TOTAL", "Q 30.00"]
    labelled = Ruled([head, ["Uno\nDos", "Q 10.00\nQ 20.00"], total])
    bare = Ruled([head, ["", "Q 10.00\nQ 20.00"], total])
    parted, together = read(write_pdf(tmp_path / "a.pdf", labelled, bare))
    assert (texts(parted), parted.whole) == ([head, ["Uno", "Q 10.00"], ["Dos", "Q 20.00"], total], True)
    assert (texts(together), together.whole) == ([head, ["", "Q 10.00 Q 20.00"], total], False)


def test_a_header_printed_again_further_down_is_header(tmp_path: Path) -> None:
    rows = [["Concepto", "Vigente"], ["1", "Q 10.00"], ["Concepto", "Vigente"], ["2", "Q 10.00"]]
    (table,) = read(write_pdf(tmp_path / "a.pdf", Ruled(rows)))
    assert sorted(table.header_rows) == [0, 2]


def test_a_word_that_overflows_its_cell_stays_whole(tmp_path: Path) -> None:
    rows = [
        ["Programa", "Vigente"],
        ["PARTIDAS NO ASIGNABLES A PROGRAMAS", "Q 41,791,591.00"],
        ["TOTAL", "Q 41,791,591.00"],
    ]
    (table,) = read(write_pdf(tmp_path / "a.pdf", Ruled(rows, widths=[165, 110])))
    assert texts(table) == rows


def test_a_last_row_alone_on_the_next_page_belongs_to_its_table(tmp_path: Path) -> None:
    rows = [*long_table(44), ["TOTAL", "Q 1.00", "Q 2.00"]]
    for n in (30, 34, 35, 36):  # the page ends before, between and after the last rows
        part = [*rows[:n], rows[-1]]
        after = Ruled(GROUPS, caption=["Cuadro No. 2", "Otro cuadro"])
        first, second = read(write_pdf(tmp_path / f"{n}.pdf", Ruled(part), after))
        assert texts(first) == part, n
        assert (first.whole, second.caption.number) == (True, "Cuadro No. 2")


def test_the_mark_of_a_note_is_no_digit_of_the_figure(tmp_path: Path) -> None:
    rows = [["Departamento", "Casos"], ["Guatemala", "300<super>1</super>"], ["Petén", "400"]]
    path = write_pdf(tmp_path / "a.pdf", Ruled(rows))
    (table,) = read(path)
    assert texts(table)[1] == ["Guatemala", "300¹"]


def test_a_row_of_figures_is_not_taken_for_a_header(tmp_path: Path) -> None:
    sizes = [
        ["Tipo", "Hombres", "Mujeres", "Total"],
        ["I", "3", "4", "7"],
        ["II", "5", "6", "11"],
        ["V", "2", "3", "4"],
    ]
    years = [["Mes", "Casos"], ["Enero", "1985"], ["Febrero", "2010"]]
    small, like_years = read(write_pdf(tmp_path / "a.pdf", Ruled(sizes), Ruled(years)))
    assert (sorted(small.header_rows), sorted(like_years.header_rows)) == ([0], [0])
