"""The institutions that published something: names, documents, years and periods."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from spending_examples import GROUPS, publish_lines

from rendicion_etl.curated.query import open_curated
from rendicion_etl.site.institutions import institutions

TABLE = ("grupo_gasto", GROUPS)


def test_documents_years_and_periods_of_an_institution(tmp_path: Path) -> None:
    for year, period in ((2020, "C3"), (2021, "C2"), (2021, "C1")):
        publish_lines(tmp_path, TABLE, fiscal_year=year, period=period)
    publish_lines(tmp_path, TABLE, institution="sesan", institution_name="Secretaría de Seguridad Alimentaria")
    scep, sesan = institutions(open_curated(tmp_path))
    assert (scep.slug, scep.acronym, scep.years) == ("scep", "SCEP", [2020, 2021])
    assert scep.periods == [(2020, "C3"), (2021, "C1"), (2021, "C2")]
    assert scep.latest == (2021, "C2")
    assert len(scep.documents) == 3
    assert sesan.name == "Secretaría de Seguridad Alimentaria"


def test_the_name_is_that_of_the_latest_report(tmp_path: Path) -> None:
    for year, name in ((2020, "Nombre de antes"), (2021, "Nombre de ahora")):
        publish_lines(tmp_path, TABLE, fiscal_year=year, period_end=dt.date(year, 4, 30), institution_name=name)
    assert institutions(open_curated(tmp_path))[0].name == "Nombre de ahora"


def test_a_replaced_document_is_listed_and_says_by_which(tmp_path: Path) -> None:
    old = publish_lines(tmp_path, TABLE)
    new = publish_lines(tmp_path, TABLE, supersedes=old)
    (scep,) = institutions(open_curated(tmp_path))
    assert {d.document_id: d.superseded_by for d in scep.documents} == {old: new, new: None}
    assert scep.periods == [(2021, "C1")]


def test_documents_of_unknown_institution_are_in_none(tmp_path: Path) -> None:
    publish_lines(tmp_path, TABLE, institution="unknown", institution_name=None)
    assert institutions(open_curated(tmp_path)) == []
    assert institutions(open_curated(tmp_path / "empty")) == []
