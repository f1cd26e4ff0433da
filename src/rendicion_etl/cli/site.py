"""`rendicion site`: build the site from what is published, open it, or serve it on this machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter, validators

from rendicion_etl.cli.options import (
    HELP_LANG,
    SOME_FAILED,
    AsJson,
    Common,
    Curated,
    Raw,
    folder,
    is_interactive,
    option,
    to_read,
)
from rendicion_etl.errors import RendicionError
from rendicion_etl.messages import reason, say
from rendicion_etl.settings import Settings

HOST = "127.0.0.1"


def site(
    action: Annotated[Literal["build", "open", "serve"], Parameter(help=say("site.action", HELP_LANG), name="ACTION")],
    /,
    *,
    curated: Curated = None,
    raw: Raw = None,
    jobs: Annotated[
        int | None, option("ingest.jobs", "--jobs", "-j", validator=validators.Number(gte=1, lte=256))
    ] = None,
    port: Annotated[int, option("site.port", "--port", validator=validators.Number(gte=0, lte=65535))] = 8000,
    as_json: AsJson = False,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """Build the site, or show the one that was built; exit 3 when some documents could not be drawn."""
    if action == "build":
        settings = replace(Settings(), curated=to_read(curated), raw=folder(raw, "raw"), lang=common.language)
        return _build(replace(settings, jobs=jobs) if jobs else settings, as_json)
    index = _index(folder(curated, "curated"), common.language)
    if action == "serve":
        return _serve(index.parent, port, common.language)
    import webbrowser

    webbrowser.open(index.absolute().as_uri())
    print(index)
    return 0


def _build(settings: Settings, as_json: bool) -> int:
    from rendicion_etl.runs.site import build_site

    lang = settings.lang
    with _progress(lang, shown=is_interactive()) as follow:
        built = build_site(settings, follow)
    if as_json:
        from rendicion_etl.cli.output import to_json

        failed = {name: failure.why for name, failure in built.failures.items()}
        told = {"index": str(built.index), "drawn": built.drawn, "unchanged": built.unchanged, "failures": failed}
        print(to_json(told))
    else:
        for name, failure in built.failures.items():
            print(f"{name}: {reason(failure.why, lang)}. {reason(failure.next_step, lang)}", file=sys.stderr)
        print(say("site.built", lang, drawn=len(built.drawn), unchanged=len(built.unchanged), path=built.index))
    return SOME_FAILED if built.failures else 0


def _index(curated: Path, lang: str) -> Path:
    """The page to begin with; RendicionError where the site was not built yet."""
    from rendicion_etl.site.pages import FILES, SITE

    index = curated / SITE / FILES[lang]
    if not index.is_file():
        raise RendicionError(str(index), "el sitio no se ha construido", "Constrúyalo con: rendicion site build.")
    return index


def _serve(home: Path, port: int, lang: str) -> int:
    """Serve the folder on this machine only, until interrupted."""
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    with ThreadingHTTPServer((HOST, port), partial(SimpleHTTPRequestHandler, directory=str(home))) as server:
        page = "" if lang == "es" else "index.en.html"
        print(say("site.serving", lang, address=f"http://{HOST}:{server.server_port}/{page}"), flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


@contextmanager
def _progress(lang: str, *, shown: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error: how many documents are drawn, of how many."""
    if not shown:
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("site.drawing", lang), total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
