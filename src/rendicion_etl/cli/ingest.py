"""`rendicion ingest`: reports in PDF become data, with a progress bar and a table of what came out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter, validators

from rendicion_etl.cli.options import HELP_LANG, AsJson, Common, Curated, Raw, folder, is_interactive, option
from rendicion_etl.messages import say

FINDINGS_FAIL = 1


def ingest(
    paths: Annotated[list[Path], Parameter(help=say("ingest.paths", HELP_LANG), negative="", name="PATH")],
    /,
    *,
    curated: Curated = None,
    raw: Raw = None,
    jobs: Annotated[
        int | None, option("ingest.jobs", "--jobs", "-j", validator=validators.Number(gte=1, lte=256))
    ] = None,
    fail_on: Annotated[Literal["critical", "warning"] | None, option("ingest.fail_on", "--fail-on")] = None,
    as_json: AsJson = False,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """Ingest reports; exit 0 when all are in, 3 when some failed, 1 when --fail-on says so."""
    from rendicion_etl.runs.run import ingest as run

    lang = common.language
    with _progress(lang, shown=is_interactive()) as on_progress:
        report = run(
            paths,
            curated=folder(curated, "curated"),
            raw=folder(raw, "raw"),
            jobs=jobs,
            on_progress=on_progress,
        )
    if as_json:
        from rendicion_etl.cli.output import to_json

        print(to_json(report.to_dict()))
    else:
        from rendicion_etl.runs.report import print_report

        print_report(report, lang, debug=common.debug)
    if report.exit_code:
        return report.exit_code
    return FINDINGS_FAIL if fail_on and report.has_confirmed(fail_on) else 0


@contextmanager
def _progress(lang: str, *, shown: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on standard error that follows the run: (stage, done, of how many)."""
    if not shown:
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from rendicion_etl.cli.output import on_screen

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {}

        def follow(stage: str, done: int, total: int) -> None:
            kind, _, file = stage.partition(": ")
            if stage not in tasks:
                tasks[stage] = bar.add_task(escape(say(f"ingest.{kind}", lang, file=on_screen(file))), total=total)
            bar.update(tasks[stage], completed=done, total=total, visible=not file or done < total)

        yield follow
