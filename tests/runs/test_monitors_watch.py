"""The monitors look at what is published and at what is remembered of visits."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from rendicion_etl.archive.visits import Visits, write_visits
from rendicion_etl.errors import RendicionError
from rendicion_etl.runs.monitors import note_seen, watch
from rendicion_etl.settings import Settings
from small_reports import finding, report, result, table

TODAY = dt.date(2024, 6, 1)
ODD = "scep-2023-c2-0000000f"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    sources = tmp_path / "sources.toml"
    sources.write_text("")
    return Settings(curated=tmp_path / "curated", raw=tmp_path / "raw", sources=sources)


def usual(settings: Settings, institution: str = "scep") -> None:
    """Four reports of an institution that are alike."""
    periods = ("2022-c1", "2022-c2", "2022-c3", "2023-c1")
    for k, period in enumerate(periods):
        document_id = f"{institution}-{period}-{k:08x}"
        tables = [table(document_id, n) for n in range(1, 9)]
        report(settings.curated, document_id, tables=tables, results=[result(document_id, 100, 98)])


def odd(settings: Settings, document_id: str = ODD, **document: object) -> None:
    """One in which 40 of 100 comparisons do not hold, 12 of them in doubt, and half of the tables have no kind."""
    tables = [table(document_id, n, kind="other" if n % 2 else "grupo_gasto") for n in range(1, 9)]
    wrong = [finding(document_id, n, confidence="confirmed" if n > 12 else "unconfirmed") for n in range(1, 41)]
    results = [result(document_id, 100, 60)]
    report(settings.curated, document_id, tables=tables, findings=wrong, results=results, **document)


def test_a_document_unlike_those_before_it_alarms(settings: Settings) -> None:
    usual(settings)
    odd(settings)
    watched = watch(settings, TODAY)
    assert [(alarm.rule, alarm.mark) for alarm in watched.alarms] == [
        ("error_rate", "errors"),
        ("layout", "doubtful other"),
    ]
    assert (watched.n_compared, watched.n_alone, watched.n_sources) == (1, 4, 0)
    assert "no cuadra el 31.8% de sus comparaciones, y antes 2.0%" in watched.alarms[0].es
    assert "comparaciones sin confirmar: 12.0%" in watched.alarms[1].es


def test_one_that_is_alike_does_not(settings: Settings) -> None:
    usual(settings)
    report(settings.curated, ODD, tables=[table(ODD, n) for n in range(1, 9)], results=[result(ODD, 100, 99)])
    assert watch(settings, TODAY).alarms == ()


def test_tables_on_which_the_readings_disagree_are_counted(settings: Settings) -> None:
    usual(settings)
    tables = [table(ODD, n, agreement=Decimal("0.5") if n > 4 else None if n == 4 else 1) for n in range(1, 9)]
    report(settings.curated, ODD, tables=tables, results=[result(ODD, 100, 98)])
    assert [alarm.mark for alarm in watch(settings, TODAY).alarms] == ["disagreeing"]


@pytest.mark.parametrize(
    "document_id", ["mineduc-2023-c2-0000000f", "scep-2021-c1-0000000f", "unknown-2023-c2-0000000f"]
)
def test_it_is_compared_with_earlier_reports_of_its_own_institution(settings: Settings, document_id: str) -> None:
    usual(settings)
    odd(settings, document_id)
    assert watch(settings, TODAY).alarms == ()


def test_a_document_without_period_is_not_compared(settings: Settings) -> None:
    usual(settings)
    odd(settings, period=None)
    assert watch(settings, TODAY).alarms == ()


def test_a_document_that_was_replaced_is_let_be(settings: Settings) -> None:
    usual(settings)
    odd(settings)
    successor = "scep-2023-c2-000000ff"
    tables = [table(successor, n) for n in range(1, 9)]
    report(settings.curated, successor, tables=tables, results=[result(successor, 100, 98)], supersedes=ODD)
    assert watch(settings, TODAY).alarms == ()


def test_sources_are_watched_with_their_visits_and_the_reports_of_their_institution(settings: Settings) -> None:
    settings.sources.write_text(
        "".join(
            f'[[source]]\nid = "{name}"\ninstitution = "{name}"\nkind = "page"\naddresses = ["https://{name}.gob.gt/"]\n'
            for name in ("scep", "mineduc", "nunca")
        )
    )
    report(settings.curated, "scep-2023-c3-0000000f")
    report(settings.curated, "mineduc-2024-c1-000000ff")
    day = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    for name, failures in (("scep", 0), ("mineduc", 3)):
        write_visits(settings.raw, Visits(name, first_visit=day, last_visit=day, failures_in_row=failures))
    watched = watch(settings, dt.date(2024, 8, 1))
    assert [alarm.key for alarm in watched.alarms] == ["no_new_document scep", "source_fails mineduc"]
    assert watched.n_sources == 3


def test_where_there_is_nothing_nothing_alarms_and_that_is_said(settings: Settings) -> None:
    watched = watch(settings, TODAY)
    assert (watched.alarms, watched.n_sources, watched.n_compared, watched.n_alone) == ((), 0, 0, 0)


def test_an_alarm_that_a_person_looked_at_is_set_aside_until_it_changes(settings: Settings) -> None:
    usual(settings)
    odd(settings)
    assert len(note_seen(settings, ODD)) == 2
    watched = watch(settings, TODAY)
    assert (watched.alarms, len(watched.seen)) == ((), 2)
    tables = [table(ODD, n, kind="other", agreement=0) for n in range(1, 9)]
    report(settings.curated, ODD, tables=tables, results=[result(ODD, 100, 98)])
    assert [alarm.mark for alarm in watch(settings, TODAY).alarms] == ["disagreeing kinds other"]


def test_only_what_alarms_can_be_noted_as_seen(settings: Settings) -> None:
    with pytest.raises(RendicionError, match="scep: no tiene ninguna alarma"):
        note_seen(settings, "scep")


def test_a_damaged_record_of_what_was_seen_stops_with_its_name(settings: Settings) -> None:
    (settings.curated / "avisos").mkdir(parents=True)
    (settings.curated / "avisos" / "alarmas.json").write_text("[1]")
    with pytest.raises(RendicionError, match=r"alarmas\.json.*dañado"):
        watch(settings, TODAY)


def test_where_nothing_was_published_since_no_data_are_read(settings: Settings) -> None:
    usual(settings)
    odd(settings)
    before = watch(settings, TODAY)
    for path in settings.curated.glob("tables/**/*.parquet"):
        path.write_bytes(b"")
    assert watch(settings, TODAY) == before
    (settings.curated / "avisos" / "comparados.json").write_text("[]")
    with pytest.raises(RendicionError, match="dañado"):
        watch(settings, TODAY)
