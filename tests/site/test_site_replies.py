"""Answers of institutions are read as written, and refused loudly where they are not understood."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from rendicion_etl.errors import RendicionError
from rendicion_etl.settings import REPLIES
from rendicion_etl.site.replies import must_be_known, read_replies

ANSWER = """
[[reply]]
finding = "00000000000000a1"
date = 2025-04-02
author = "Dirección Financiera, Secretaría de Ejemplo"
text_es = '''
El total tiene un error
de imprenta.

Lo corregiremos.
'''
url = "https://ejemplo.gob.gt/oficio.pdf"
"""


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_an_answer_is_read(tmp_path: Path) -> None:
    (reply,) = read_replies(folder(tmp_path, oficio=ANSWER))["00000000000000a1"]
    assert (reply.date, reply.author) == (dt.date(2025, 4, 2), "Dirección Financiera, Secretaría de Ejemplo")
    assert reply.text_es == ["El total tiene un error de imprenta.", "Lo corregiremos."]
    assert (reply.text_en, reply.url, reply.file) == (None, "https://ejemplo.gob.gt/oficio.pdf", "oficio.toml")


def test_a_file_may_hold_several_and_a_finding_may_have_several_the_earliest_first(tmp_path: Path) -> None:
    later = ANSWER.replace("2025-04-02", '"2025-05-02"').replace("0a1", "0a2")
    replies = read_replies(folder(tmp_path, b=ANSWER + later, a=later))
    assert {key: [(r.file, r.date.month) for r in found] for key, found in replies.items()} == {
        "00000000000000a1": [("b.toml", 4)],
        "00000000000000a2": [("a.toml", 5), ("b.toml", 5)],
    }


def test_the_example_of_the_repository_answers_nothing() -> None:
    assert read_replies(Path(__file__).parents[2] / "replies") == {}


def test_the_example_is_understood_once_it_is_no_comment(tmp_path: Path) -> None:
    example = (Path(__file__).parents[2] / "replies" / "ejemplo.toml").read_text(encoding="utf-8")
    real = "\n".join(line.removeprefix("# ") for line in example.split("\n\n", 1)[1].splitlines())
    (reply,) = read_replies(folder(tmp_path, real=real)).popitem()[1]
    assert reply.text_en


def test_the_default_folder_need_not_exist_another_must(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_replies(Path(REPLIES)) == {}
    with pytest.raises(RendicionError, match="no existe esa carpeta de respuestas"):
        read_replies(tmp_path / "otra")


def test_texts_lose_what_a_page_must_not_hold(tmp_path: Path) -> None:
    hostile = ANSWER.replace("Dirección", r"\u0000\u202EDirección").replace("error", r"\u0007error")
    hostile = hostile.replace("'''", '"""')
    (reply,) = read_replies(folder(tmp_path, oficio=hostile))["00000000000000a1"]
    assert reply.author.startswith("Dirección")
    assert reply.text_es[0] == "El total tiene un error de imprenta."


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('finding = "00000000000000a1"', "", "le falta el campo «finding»"),
        ("date = 2025-04-02", "", "le falta el campo «date»"),
        ('author = "Dirección', 'author = "  " # ', "le falta el campo «author»"),
        ("text_es", "text_en", "le falta el campo «text_es»"),
        ("text_es", "texto_es", "le falta el campo «text_es»"),
        ("url", "enlace", "campo desconocido, «enlace»"),
        ("2025-04-02", "2025-04-31", "no es TOML"),
        ("2025-04-02", '"2 de abril"', "la fecha de la respuesta 1"),
        ("2025-04-02", "2025-04-02T10:00:00", "la fecha de la respuesta 1"),
        ("2025-04-02", '"20250402"', "la fecha de la respuesta 1"),
        ("https://ejemplo.gob.gt", "javascript:alert(1)//", "no es http ni https"),
        ("https://ejemplo.gob.gt", "ejemplo.gob.gt", "no es http ni https"),
        ('url = "https://ejemplo.gob.gt/oficio.pdf"', "url = 7", "el campo «url» de la respuesta 1 no es un texto"),
        ("[[reply]]", "[reply]", "comienzan con"),
        ("[[reply]]", "[[respuesta]]", "comienzan con"),
        ("[[reply]]", "reply = [1]\n[otra]", "comienzan con"),
        ("[[reply]]", "[[reply", "no es TOML"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, old: str, new: str, why: str) -> None:
    with pytest.raises(RendicionError) as refused:
        read_replies(folder(tmp_path, oficio=ANSWER.replace(old, new)))
    assert refused.value.what == str(tmp_path / "oficio.toml")
    assert why in refused.value.why
    assert "replies/README.md" in refused.value.next_step


def test_a_file_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "oficio.toml").write_bytes(ANSWER.encode("latin-1"))
    with pytest.raises(RendicionError, match="UTF-8"):
        read_replies(tmp_path)


def test_an_answer_to_what_was_never_published_is_refused(tmp_path: Path) -> None:
    replies = read_replies(folder(tmp_path, oficio=ANSWER))
    must_be_known(tmp_path, replies.values(), ["00000000000000a1"])
    with pytest.raises(RendicionError, match=r"oficio\.toml: ningún hallazgo .* 00000000000000a1"):
        must_be_known(tmp_path, replies.values(), ["00000000000000a2"])
