"""Watch the institutions as a Prefect flow: discover, fetch, ingest, publish, notify.

    python flows/watch.py [SOURCE ...]

Where there is nothing new it ends in seconds and says so. A run that was cut short leaves nothing behind that the next
one would not find: documents in the memory of their source that are not published, a site that is due, news untold.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rendicion_etl.archive.sources import Source, read_sources
from rendicion_etl.archive.store import Stored, find
from rendicion_etl.archive.visit import Visit, visit
from rendicion_etl.archive.visits import read_visits
from rendicion_etl.curated.published import list_documents
from rendicion_etl.errors import RendicionError
from rendicion_etl.runs.by_hand import run_by_hand
from rendicion_etl.runs.report import RunReport
from rendicion_etl.runs.site import Built, is_due
from rendicion_etl.settings import Settings, settings_in, use_prefect_by_hand

if __name__ == "__main__":
    use_prefect_by_hand()  # before Prefect reads its settings

from prefect import allow_failure, flow, get_run_logger, runtime, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from ingest import ingest
from publish import is_of_the_system, publish

AT_ONCE = 4  # visits; those of one host come one after the other
SECONDS = 6 * 3600  # what was fetched until then is kept, and the next run goes on


@dataclass
class Watched:
    """What a run brought: its visits, what became of the documents, the site if it was built, what was not told."""

    visits: list[Visit]
    report: RunReport | None = None
    built: Built | None = None
    troubles: list[str] = field(default_factory=list)


@task(
    name="visitar",
    task_run_name="visitar {source.id}",
    retries=2,
    retry_delay_seconds=[10, 60],
    retry_condition_fn=is_of_the_system,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def look_at(source: Source, raw: Path) -> Visit:
    """Visit one source; what fails at one address is in the visit."""
    made = visit(source, raw)
    log = get_run_logger()
    for arrival in made.arrivals:
        log.info("%s: %s (%s)", arrival.state, arrival.stored.file_name, arrival.url)
    for address, trouble in made.failures.items():
        log.warning("%s: %s. %s", address, trouble.why, trouble.next_step)
    return made


@task(name="avisar", task_run_name="avisar", cache_policy=NO_CACHE, persist_result=False)
def tell(report: RunReport | None, sources: Sequence[Source], settings: Settings) -> list[str]:
    """Ask the monitors and tell what was not told yet; what a service did not take waits for the next run."""
    from rendicion_etl.runs import monitors
    from rendicion_etl.runs.notify import news_of, notify

    alarms = monitors.watch(settings).alarms
    for alarm in alarms:
        get_run_logger().warning("%s: %s", alarm.subject, alarm.es)
    seen = [read_visits(settings.raw, source.id) for source in sources]
    unsent = notify(news_of(settings, report, seen, alarms), settings)
    return [f"{each.service}: {each.failure.why}" for each in unsent]


def _run_name() -> str:
    """`vigilar scep`, or how many sources."""
    ids = runtime.flow_run.parameters.get("ids") or []
    return f"vigilar {ids[0]}" if len(ids) == 1 else f"vigilar {len(ids) or 'todas las'} fuentes"


@flow(
    name="vigilar",
    flow_run_name=_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=AT_ONCE),
    timeout_seconds=SECONDS,
    persist_result=False,
)
def watch(
    ids: list[str] | None = None, curated: str | None = None, raw: str | None = None, sources: str | None = None
) -> State[Watched]:
    """Visit sources, all where none is named, and take in what they brought. Fails, after all else, where one did."""
    settings = settings_in(curated, raw)
    settings = replace(settings, sources=Path(sources or settings.sources))
    chosen = choose(read_sources(settings.sources), ids, settings.sources)
    out = Watched(visit_all(chosen, settings.raw))
    if out.visits:
        create_table_artifact(key="visitas", table=result_table(out.visits), description="Visitas a las fuentes")
    if due := unpublished(chosen, settings):
        named = ingest.with_options(flow_run_name=f"ingesta de {told(due)}")
        paths = [str(stored.path) for stored in due]
        said = named(paths, str(settings.curated), str(settings.raw), return_state=True)
        out.report = _result(said, RunReport, out.troubles)
    if is_due(settings.curated):
        said = publish(str(settings.curated), str(settings.raw), return_state=True)
        out.built = _result(said, Built, out.troubles)
    said = tell(out.report, chosen, settings, return_state=True)
    out.troubles += _result(said, list, out.troubles) or []
    out.troubles += [f"la visita a {made.source_id} falló" for made in out.visits if made.failed]
    if missed := len(chosen) - len(out.visits):
        out.troubles.append(f"{missed} visitas no terminaron")
    message = "; ".join([summary(out), *out.troubles])
    return (Failed if out.troubles else Completed)(message=message, data=out)


def choose(known: dict[str, Source], ids: Sequence[str] | None, file: Path) -> list[Source]:
    """The sources that are meant; RendicionError for one that there is not."""
    for name in ids or ():
        if name not in known:
            raise RendicionError(name, f"no es una fuente de {file}", "Se listan con: rendicion sources list.")
    return [source for name, source in known.items() if not ids or name in ids]


def visit_all(sources: Sequence[Source], raw: Path) -> list[Visit]:
    """The visits that came to an end. A host is asked by one visit at a time, whatever sources it has."""
    futures: list[PrefectFuture[Visit]] = []
    last: dict[str, PrefectFuture[Visit]] = {}
    for source in sources:
        before = {last[host] for host in source.own_hosts if host in last}
        future = look_at.submit(source, raw, wait_for=[allow_failure(each) for each in before])
        futures.append(future)
        last |= dict.fromkeys(source.own_hosts, future)
    answers = [future.result(raise_on_failure=False) for future in futures]
    return [answer for answer in answers if isinstance(answer, Visit)]


def told(documents: Sequence[Stored]) -> str:
    """One document by its name, several by how many they are."""
    return documents[0].file_name if len(documents) == 1 else f"{len(documents)} documentos"


def unpublished(sources: Sequence[Source], settings: Settings) -> list[Stored]:
    """What the sources brought, this time or before a run was cut short, that is neither published nor failed."""
    listed = list_documents(settings.curated)
    out = {}
    for source in sources:
        known = read_visits(settings.raw, source.id).addresses.values()
        for sha256 in (version.sha256 for each in known for version in each.versions):
            is_settled = sha256[:8] in listed or (settings.curated / "quarantine" / f"{sha256}.json").exists()
            if not is_settled and (stored := find(settings.raw, sha256)):
                out[sha256] = stored
    return list(out.values())


def summary(watched: Watched) -> str:
    """What a run brought, in a few words."""
    looked = f"{len(watched.visits)} fuentes visitadas"
    said = []
    if watched.report:
        said.append(f"{len(watched.report.of('ingested'))} documentos nuevos")
    if watched.built:
        said.append(f"{len(watched.built.drawn)} dibujados")
    said = said or ["nada nuevo"]
    if missing := sum(len(made.failures) for made in watched.visits):
        said.append(f"{missing} direcciones no se pudieron traer")
    return f"{looked}: {', '.join(said)}"


def result_table(visits: Sequence[Visit]) -> list[dict[str, object]]:
    """The visits as rows."""
    return [
        {
            "fuente": made.source_id,
            "llegaron": len(made.arrivals),
            "revisiones": sum(arrival.state == "revision" for arrival in made.arrivals),
            "sin cambios": made.n_unchanged,
            "fallas": "; ".join(f"{address}: {trouble.why}" for address, trouble in made.failures.items()),
        }
        for made in visits
    ]


def _result(state: State, kind: type, troubles: list[str]):
    """What a part of the run gave back; that it failed is noted, and the run goes on."""
    answer = state.result(raise_on_failure=False)
    if not state.is_completed():
        troubles.append(state.message or "una parte falló")
    return answer if isinstance(answer, kind) else None


def main(arguments: list[str] | None = None) -> int:
    """Run the flow from the command line; exit 3 where something failed."""
    parser = argparse.ArgumentParser(description="Visita las fuentes e ingiere lo nuevo, con Prefect.")
    parser.add_argument("ids", nargs="*", metavar="SOURCE")
    parser.add_argument("--sources")
    parser.add_argument("--curated")
    parser.add_argument("--raw")
    given = parser.parse_args(arguments)
    asked = (given.ids or None, given.curated, given.raw, given.sources)
    code, watched = run_by_hand(watch, Watched, *asked, without="rendicion sources fetch")
    for address, trouble in ((a, t) for made in (watched.visits if watched else ()) for a, t in made.failures.items()):
        print(f"{address}: {trouble.why}. {trouble.next_step}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
