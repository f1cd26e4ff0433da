"""A PDF as pages: text and boxes as displayed, rotated pages, and files that cannot be read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pypdfium2
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from pdfs import Ruled, write_pdf
from rendicion_etl.errors import UnreadableDocument
from rendicion_etl.reading.page import Box
from rendicion_etl.reading.pdf import open_pdf


def one_word(path: Path, rotation: int = 0, text: str = "Q 1,234.56") -> Path:
    canvas = Canvas(str(path), pagesize=(300, 200), invariant=1)
    canvas.setPageRotation(rotation)
    canvas.drawString(30, 150, text)
    canvas.save()
    return path


@pytest.mark.parametrize(
    ("rotation", "corner"),
    [(0, (30, 50)), (90, (150, 30)), (180, (270, 150)), (270, (150, 170))],
)
def test_boxes_are_those_of_the_page_as_displayed(tmp_path: Path, rotation: int, corner: tuple[int, int]) -> None:
    with open_pdf(one_word(tmp_path / "a.pdf", rotation), "a.pdf") as pdf:
        page = pdf.page(1)
    first = Box(*(float(v[0]) for v in (page.chars.x0, page.chars.top, page.chars.x1, page.chars.bottom)))
    assert [line.text for line in page.lines] == ["Q 1,234.56"], "it is read upright"
    first = page.displayed(first)
    assert first.x0 - 6 <= corner[0] <= first.x1 + 6
    assert first.top - 6 <= corner[1] <= first.bottom + 6
    with open_pdf(tmp_path / "a.pdf", "a.pdf") as pdf:
        dark = pdf.render(1, 2, first).convert("L").getextrema()[0]
    assert dark < 100, "the picture shows the character where its box is"


def test_a_long_file_is_opened_again_and_again_and_read_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks: list[Ruled | None] = []
    for k in range(5):
        blocks += [Ruled([["Grupo", "Vigente"], [f"Servicios {k}", f"{k + 3},456.00"]]), None]
    path = write_pdf(tmp_path / "a.pdf", *blocks[:-1])
    real, opened = pypdfium2.PdfDocument, Counter[int]()
    read = []
    for held in (1000, 2):

        def spied(file: Path, held: int = held) -> pypdfium2.PdfDocument:
            opened[held] += 1
            return real(file)

        monkeypatch.setattr("pypdfium2.PdfDocument", spied)
        monkeypatch.setattr("rendicion_etl.reading.pdf.HELD", held)
        with open_pdf(path, path.name) as pdf:
            pages = [*pdf.pages()]
            read.append([(page.lines, len(page.rulings.horizontal)) for page in pages])
            pdf.release()
            assert "_doc" not in vars(pdf)
            assert pdf.page(1).lines == pages[0].lines, "it is there for whoever asks"
    assert read[0] == read[1]
    assert len(read[0]) == 5
    assert opened[1000] == 2, "at the beginning, and once it had been let go"
    assert opened[2] > 3


def test_lines_keep_words_and_spaces(tmp_path: Path) -> None:
    with open_pdf(one_word(tmp_path / "a.pdf", text="El presupuesto vigente: Q 63,000,000.00"), "a.pdf") as pdf:
        (line,) = pdf.page(1).lines
    assert line.text == "El presupuesto vigente: Q 63,000,000.00"


def test_bold_is_seen(tmp_path: Path) -> None:
    with open_pdf(write_pdf(tmp_path / "a.pdf", Ruled([["Vigente", "Saldo"], ["Q 1.00", "Q 2.00"]])), "a.pdf") as pdf:
        bold = {line.text: line.bold for line in pdf.page(1).lines}
    assert bold["Vigente Saldo"]
    assert not bold["Q 1.00"]


def test_a_picture_of_a_place_has_its_size(tmp_path: Path) -> None:
    with open_pdf(one_word(tmp_path / "a.pdf"), "a.pdf") as pdf:
        assert pdf.render(1, 2).size == (600, 400)
        assert pdf.render(1, 2, Box(20, 30, 120, 60)).size == (200, 60)


@pytest.mark.parametrize(
    ("content", "why"), [(b"no es un PDF", "no es un PDF válido"), (b"%PDF-1.7\n1 0 obj <<", "no es un PDF válido")]
)
def test_a_file_that_is_no_pdf_says_so(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(content)
    with pytest.raises(UnreadableDocument, match=why):
        open_pdf(path, "x.pdf")


def test_a_password_is_named_and_an_empty_one_opens(tmp_path: Path) -> None:
    for name, password in (("locked", "secreto"), ("open", "")):
        canvas = Canvas(str(tmp_path / f"{name}.pdf"), encrypt=StandardEncryption(password, "owner"))
        canvas.drawString(30, 150, "Total")
        canvas.save()
    with pytest.raises(UnreadableDocument, match=r"cerrado\.pdf: el PDF está protegido con contraseña"):
        open_pdf(tmp_path / "locked.pdf", "cerrado.pdf")
    with open_pdf(tmp_path / "open.pdf", "abierto.pdf") as pdf:
        assert pdf.page(1).lines[0].text == "Total"


def test_a_truncated_file_is_refused_or_read_never_crashes(tmp_path: Path) -> None:
    whole = write_pdf(tmp_path / "a.pdf", Ruled([["Vigente", "Saldo"], ["Q 1.00", "Q 2.00"]])).read_bytes()
    path = tmp_path / "t.pdf"
    path.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(UnreadableDocument, match="truncado"), open_pdf(path, "t.pdf") as pdf:
        list(pdf.pages())


def test_the_letters_of_a_ligature_stand_side_by_side_on_a_turned_page() -> None:
    path = Path(__file__).parent.parent / "fixtures" / "ligatures.pdf"
    with open_pdf(path, path.name) as pdf:
        assert [line.text for line in pdf.page(1).lines] == ["Metas físicas y financieras"]


def test_columns_set_half_a_line_apart_keep_their_lines(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(300, 200), invariant=1)
    canvas.setFont("Helvetica", 8)
    for x, y, text in [
        (20, 150, "Meta Política"),
        (20, 142, "General de"),
        (20, 134, "Gobierno"),
        (90, 146, "Asignado"),
    ]:
        canvas.drawString(x, y, text)
    canvas.drawString(90, 138, "inicial")
    canvas.save()
    with open_pdf(tmp_path / "a.pdf", "a.pdf") as pdf:
        assert [line.text for line in pdf.page(1).lines] == [
            "Meta Política",
            "Asignado",
            "General de",
            "inicial",
            "Gobierno",
        ]
