"""Build the site of what is published as a Prefect flow, and say what was drawn.

    python flows/publish.py

Only what changed is drawn; that is the site's own knowledge, not Prefect's.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from rendicion_etl.runs.by_hand import run_by_hand
from rendicion_etl.runs.site import Built, build_site
from rendicion_etl.settings import Settings, settings_in, use_prefect_by_hand

if __name__ == "__main__":
    use_prefect_by_hand()  # before Prefect reads its settings

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_link_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.concurrency.sync import concurrency
from prefect.states import Completed, Failed

LIMIT = "rendicion-sitio"
"""A global concurrency limit, where the server has it: two machines must not write one site at the same time."""
LEASE = 60  # seconds after which a place is free again whose holder was killed


def is_of_the_system(task: Any, run: TaskRun, state: State[Any]) -> bool:
    """Whether another attempt may succeed: a disk or a network that refused, not data or a setting."""
    return isinstance(state.result(raise_on_failure=False), OSError)


@task(
    name="construir el sitio",
    task_run_name="construir el sitio",
    retries=2,
    retry_delay_seconds=[10, 60],
    retry_condition_fn=is_of_the_system,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def build(settings: Settings) -> Built:
    """Draw what changed since the last build."""
    with concurrency(LIMIT, lease_duration=LEASE):
        return build_site(settings)


@flow(name="publicar", flow_run_name="publicar el sitio", persist_result=False)
def publish(curated: str | None = None, raw: str | None = None) -> State[Built]:
    """Build the site. Fails, after drawing the others, where a document could not be drawn."""
    settings = settings_in(curated, raw)
    built = build(settings)
    create_link_artifact(key="sitio", link=address_of(built, settings), description="El sitio")
    if built.drawn or built.failures:
        create_table_artifact(key="publicacion", table=result_table(built), description="Páginas dibujadas")
    for name, failure in built.failures.items():
        get_run_logger().error("%s: %s. %s", name, failure.why, failure.next_step)
    said = f"{len(built.drawn)} documentos dibujados, {len(built.unchanged)} sin cambios"
    if built.failures:
        return Failed(message=f"{said}, {len(built.failures)} no se pudieron dibujar", data=built)
    return Completed(message=said, data=built)


def address_of(built: Built, settings: Settings) -> str:
    """Where the site is read: on the web if that is known, else on this machine."""
    return settings.site_url or built.index.absolute().as_uri()


def result_table(built: Built) -> list[dict[str, str]]:
    """What was drawn and what could not be, a row each."""
    drawn = [{"documento": name, "estado": "dibujado", "falla": ""} for name in built.drawn]
    return [*drawn, *({"documento": n, "estado": "falló", "falla": f.why} for n, f in built.failures.items())]


def main(arguments: list[str] | None = None) -> int:
    """Run the flow from the command line; exit 3 where a document could not be drawn, as `rendicion site build`."""
    parser = argparse.ArgumentParser(description="Construye el sitio con Prefect y su servidor incorporado.")
    parser.add_argument("--curated")
    parser.add_argument("--raw")
    given = parser.parse_args(arguments)
    return run_by_hand(publish, Built, given.curated, given.raw, without="rendicion site build")[0]


if __name__ == "__main__":
    sys.exit(main())
