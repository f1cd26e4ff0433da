"""`sources.toml`: what is written is understood, and what is not is refused by file, source and key."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest

from rendicion_etl.archive.sources import EVERYWHERE, Limits, read_sources, survey
from rendicion_etl.errors import RendicionError

ROOT = Path(__file__).parents[2]
PAGE = """
[[source]]
id = "scep"
kind = "page"
addresses = ["https://scep.example/informes"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(text)
    return path


def test_a_source_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    more = r"""
institution = "scep"
href = '\.PDF$'
text = "informe"
title = "Informe (.*)"
period = "cuatrimestre"
follow = "[?]page="
schedule = "0 6 * * 1-5"
expected_days = 150
hosts = ["Archivos.example"]
allow_private = ["10.1.0.0/16"]
limits = { delay = 5, max_mb = 20.5, retries = 0 }
"""
    source = read_sources(written(tmp_path, PAGE + more))["scep"]
    assert (source.id, source.kind, source.institution) == ("scep", "page", "scep")
    assert source.addresses == ("https://scep.example/informes",)
    assert source.href is not None
    assert source.href.search("/a.pdf"), "patterns do not tell capitals apart"
    assert (source.schedule, source.expected_days) == ("0 6 * * 1-5", 150)
    assert source.own_hosts == {"scep.example", "archivos.example"}
    assert source.allow_private == (ipaddress.ip_network("10.1.0.0/16"),)
    assert source.limits == Limits(delay=5, max_mb=20.5, retries=0)


def test_what_is_not_said_has_a_cautious_value(tmp_path: Path) -> None:
    source = read_sources(written(tmp_path, PAGE))["scep"]
    assert (source.institution, source.schedule, source.expected_days) == (None, None, None)
    assert (source.hosts, source.allow_private, source.limits) == ((), (), Limits())


@pytest.mark.parametrize(("said", "networks"), [("true", EVERYWHERE), ("false", ())])
def test_private_addresses_are_allowed_all_or_none(tmp_path: Path, said: str, networks: object) -> None:
    source = read_sources(written(tmp_path, f"{PAGE}allow_private = {said}"))["scep"]
    assert source.allow_private == networks


def test_paths_are_those_of_the_folder_of_the_file(tmp_path: Path) -> None:
    text = """
    [[source]]
    id = "bandeja"
    kind = "folder"
    addresses = ["bandeja", "/datos"]
    [[source]]
    id = "enlaces"
    kind = "list"
    addresses = ["enlaces.txt", "https://example.org/lista.txt"]
    """
    sources = read_sources(written(tmp_path, text))
    assert list(sources) == ["bandeja", "enlaces"]
    assert sources["bandeja"].addresses == (str(tmp_path / "bandeja"), "/datos")
    assert sources["enlaces"].addresses == (str(tmp_path / "enlaces.txt"), "https://example.org/lista.txt")
    assert sources["enlaces"].own_hosts == {"example.org"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[source]", "no es TOML"),
        ("[source]\nid = 'a'", "comienzan con [[source]]"),
        ("[other]", "comienzan con [[source]]"),
        ("[[source]]\nkind = 'page'", "«número 1», la clave «id» falta"),
        (PAGE.replace('"scep"', '"Scep/../x"'), "la clave «id» solo admite"),
        (PAGE.replace('"page"', '"feed"'), "la clave «kind» no es page"),
        (PAGE.replace('["https://scep.example/informes"]', "[]"), "la clave «addresses» falta"),
        (PAGE.replace('["https://scep.example/informes"]', '"https://a"'), "la clave «addresses» no es una lista"),
        (PAGE.replace("https:", "ftp:"), "la clave «addresses» tiene una dirección"),
        (PAGE.replace("https://scep.example/informes", "informes.html"), "la clave «addresses» tiene una dirección"),
        (PAGE + "colour = 'red'", "«scep», la clave «colour» no se conoce"),
        (PAGE + "href = '('", "la clave «href» no es una expresión regular"),
        (PAGE + "text = 3", "la clave «text» no es un texto"),
        (PAGE + "institution = 'S C'", "la clave «institution» solo admite"),
        (PAGE + "schedule = '0 25 * * *'", "la clave «schedule» no es un horario"),
        (PAGE + "schedule = '0 0 6 * * *'", "la clave «schedule» no es un horario"),
        (PAGE + "expected_days = 0", "la clave «expected_days» no es"),
        (PAGE + "expected_days = true", "la clave «expected_days» no es"),
        (PAGE + "hosts = ['https://a.b']", "la clave «hosts» solo admite"),
        (PAGE + "allow_private = ['intranet']", "la clave «allow_private» no es"),
        (PAGE + "limits = 3", "la clave «limits» no es una tabla"),
        (PAGE + "limits = { speed = 3 }", "la clave «limits.speed» no se conoce"),
        (PAGE + "limits = { max_pages = 1.5 }", "la clave «limits.max_pages» no es un número"),
        (PAGE + "limits = { max_mb = 0 }", "la clave «limits.max_mb» no es un número"),
        (PAGE + "limits = { delay = -1 }", "la clave «limits.delay» no es un número"),
        (PAGE + "limits = { delay = nan }", "la clave «limits.delay» no es un número"),
        (PAGE + PAGE, "«scep» está dos veces"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(RendicionError) as caught:
        read_sources(path)
    assert caught.value.what == str(path)
    assert said in caught.value.why


def test_a_survey_tells_everything_that_is_wrong_and_keeps_the_rest(tmp_path: Path) -> None:
    text = PAGE + PAGE.replace('"scep"', '"A"') + PAGE.replace('"scep"', '"b"') + "x = 1"
    sources, problems = survey(written(tmp_path, text))
    assert list(sources) == ["scep"]
    assert [("«A»" in p.why, "«b»" in p.why) for p in problems] == [(True, False), (False, True)]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RendicionError, match="no existe ese archivo de fuentes"):
        read_sources(tmp_path / "sources.toml")


def test_the_shipped_file_is_understood_and_so_are_its_unverified_sources(tmp_path: Path) -> None:
    shipped = ROOT / "sources.toml"
    assert list(read_sources(shipped)) == ["bandeja", "enlaces"]
    head, mark, rest = shipped.read_text().partition("# [[source]]")
    lines = [line.removeprefix("# ").removeprefix("#") for line in (mark + rest).splitlines()]
    sources = read_sources(written(tmp_path, "\n".join([head, *lines])))
    assert list(sources)[2:] == ["scep", "mineduc", "mspas", "segeplan"]
    assert all(host.endswith(".gob.gt") for s in sources.values() if s.institution for host in s.own_hosts)
