"""The page of what is gone: what it said, that it is withdrawn, when and why, in both languages and as JSON."""

from __future__ import annotations

import datetime as dt
import json
import re
from html import unescape
from pathlib import Path

import html5lib
from test_site_feeds import HOSTILE
from test_site_ledger import DAY, DOCUMENT, FINDING, OF_DOCUMENT, OF_FINDING
from test_site_standing import ABSENT, NEWER, ONLY_NEWER, STRANGER, data

from rendicion_etl.site.ledger import Ledger, Packed
from rendicion_etl.site.replies import Reply
from rendicion_etl.site.standing import Standing, bring_up_to_date
from rendicion_etl.site.withdrawn import write_withdrawn

DAY_OF_ANSWER = dt.date(2025, 4, 2)
ANSWER = Reply(FINDING, DAY_OF_ANSWER, "Dirección <Financiera>", ["Es un error.", "Va otro."], None, None, "a.toml")


def written(home: Path, *states: Standing, replies: dict[str, list[Reply]] | None = None) -> list[str]:
    ledger = Ledger()
    for day, now in enumerate(states):
        bring_up_to_date(ledger, now, DAY + dt.timedelta(day))
    now = states[-1]
    return write_withdrawn(home, ledger, {*now.documents, *now.findings}, replies or {})


def page(path: Path) -> str:
    """The text of a page, which must be valid HTML."""
    html = path.read_text(encoding="utf-8")
    html5lib.HTMLParser(strict=True).parse(html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_what_stands_has_no_such_page(tmp_path: Path) -> None:
    assert written(tmp_path, data()) == []
    assert list(tmp_path.iterdir()) == []


def test_a_finding_that_was_reread(tmp_path: Path) -> None:
    later = data(finding=False, pipeline="2", rule="3", doubt=True)
    assert written(tmp_path, data(), later) == [FINDING]
    home = tmp_path / "hallazgos" / FINDING
    es, en = page(home / "index.html"), page(home / "index.en.html")
    assert "Retirado. Corregimos nuestra lectura o la regla el 2 de marzo de 2025" in es
    assert "El total dice 310.00, pero sus filas suman 300.00." in es
    assert "Q 310.00" in es.replace("\N{NO-BREAK SPACE}", " ")
    assert "el programa 1 2" in es, "from which version to which"
    assert "La segunda lectura ya no lo confirma" in es
    assert "Publicado por primera vez el 1 de marzo de 2025." in es
    assert "Withdrawn. We corrected our reading or the rule on 2 March 2025" in en
    assert "The total says 310.00" in en
    assert f'href="../../{DOCUMENT}/index.html"' in (home / "index.html").read_text()


def test_what_the_same_versions_no_longer_say_is_not_called_our_mistake(tmp_path: Path) -> None:
    """An earlier report of the year was replaced, say, and what contradicted it no longer does."""
    written(tmp_path, data(), ABSENT)
    said = page(tmp_path / "hallazgos" / FINDING / "index.html")
    assert "Retirado. El documento se juzgó de nuevo el 2 de marzo de 2025" in said
    assert "El programa (1) y la versión de la regla (1) son los mismos" in said
    assert "Corregimos" not in said


def test_a_finding_of_a_replaced_document_leads_to_the_new_one(tmp_path: Path) -> None:
    assert written(tmp_path, data(), ONLY_NEWER) == [DOCUMENT, FINDING]
    for name in (f"hallazgos/{FINDING}", DOCUMENT):
        html = (tmp_path / name / "index.html").read_text()
        assert f"{NEWER}/index.html" in html
        assert "La institución reemplazó" in html


def test_a_document_that_is_gone_says_what_it_was_and_leaves_no_other_page(tmp_path: Path) -> None:
    (tmp_path / DOCUMENT / "paginas").mkdir(parents=True)
    (tmp_path / DOCUMENT / "paginas" / "1.png").write_bytes(b"")
    (tmp_path / DOCUMENT / "index.html").write_text("lo de antes")
    written(tmp_path, data(), STRANGER)
    said = page(tmp_path / DOCUMENT / "index.html")
    assert "ya no está entre los datos publicados desde el 2 de marzo de 2025" in said
    assert OF_DOCUMENT["sha256"] in said
    assert f'href="../hallazgos/{FINDING}/index.html"' in (tmp_path / DOCUMENT / "index.html").read_text()
    assert sorted(path.name for path in (tmp_path / DOCUMENT).iterdir()) == [
        "index.en.html",
        "index.html",
        "index.json",
    ]


def test_json_says_the_same(tmp_path: Path) -> None:
    written(tmp_path, data(), ABSENT, replies={FINDING: [ANSWER]})
    said = json.loads((tmp_path / "hallazgos" / FINDING / "index.json").read_text())
    assert said["printed"] == "310"
    assert said["document"]["document_id"] == DOCUMENT
    assert said["note"]["withdrawn"] == "2025-03-02T12:00:00+00:00"
    assert (said["note"]["reason"], said["note"]["before"]) == ("reread", {"pipeline": "1", "check": "1"})
    assert said["note"]["replies"][0]["date"] == "2025-04-02"


def test_an_answer_stays_beside_what_is_withdrawn(tmp_path: Path) -> None:
    written(tmp_path, data(), ABSENT, replies={FINDING: [ANSWER]})
    html = (tmp_path / "hallazgos" / FINDING / "index.en.html").read_text()
    assert '<blockquote class="reply" lang="es"><p>Es un error.</p><p>Va otro.</p>' in html
    assert "Dirección &lt;Financiera&gt;, 2 April 2025" in html


def test_texts_of_the_document_are_escaped(tmp_path: Path) -> None:
    hostile = HOSTILE.replace("\ud800", "")
    row = {**OF_FINDING, "message_es": hostile, "table_number": hostile, "printed": None, "printed_text": hostile}
    document = {**OF_DOCUMENT, "institution_name": hostile, "file_name": hostile, "source_url": "javascript:alert(1)"}
    written(tmp_path, Standing({DOCUMENT: document}, {FINDING: Packed.of(row)}, {}, {}), STRANGER)
    for path in tmp_path.rglob("*.html"):
        html = path.read_text()
        assert "<script>" not in html
        assert "javascript:" not in html


def test_a_page_that_says_the_same_is_left_alone(tmp_path: Path) -> None:
    written(tmp_path, data(), STRANGER)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    written(tmp_path, data(), STRANGER)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
