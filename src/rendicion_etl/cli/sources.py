"""`rendicion sources`: where reports are published, what is wrong with that, and what is new there."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from rendicion_etl.cli.options import HELP_LANG, SOME_FAILED, AsJson, Common, Raw, WrongUsage, folder, option
from rendicion_etl.messages import reason, say
from rendicion_etl.settings import Settings

if TYPE_CHECKING:
    from rendicion_etl.archive.answers import Trouble
    from rendicion_etl.archive.discover import Offers
    from rendicion_etl.archive.sources import Source
    from rendicion_etl.archive.visit import Visit
    from rendicion_etl.archive.visits import Visits

_MOST_PATHS = 5


def sources(
    action: Annotated[
        Literal["list", "check", "fetch"], Parameter(help=say("sources.action", HELP_LANG), name="ACTION")
    ],
    ids: Annotated[
        tuple[str, ...], Parameter(help=say("sources.ids", HELP_LANG), name="ID", negative="", show_default=False)
    ] = (),
    /,
    *,
    online: Annotated[bool, option("sources.online", "--online")] = False,
    file: Annotated[Path | None, option("sources.file", "--sources")] = None,
    raw: Raw = None,
    as_json: AsJson = False,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """List the sources, check their file, or visit them; exit 3 when something of a visit failed."""
    file = file or Settings().sources
    home, lang = folder(raw, "raw"), common.language
    if action == "check":
        return _check(file, ids, lang, online=online, as_json=as_json)
    from rendicion_etl.archive.sources import read_sources

    chosen = _chosen(read_sources(file), ids, file)
    if action == "list":
        return _list(chosen, home, file, lang, as_json=as_json)
    return _fetch(chosen, home, lang, as_json=as_json)


def _chosen(known: dict[str, Source], ids: Iterable[str], file: Path) -> list[Source]:
    """The sources that are meant, all where none is named; WrongUsage for one that there is not."""
    for name in ids:
        if name not in known:
            why, next_step = f"no es una fuente de {file}", "Todas se listan con: rendicion sources list."
            raise WrongUsage(name, why, next_step)
    return [source for name, source in known.items() if name in ids or not ids]


def state_of(source: Source, visits: Visits, now: dt.datetime) -> str:
    """How a source stands: `never` visited, `failing`, `quiet` for longer than expected, or `well`."""
    if visits.last_visit is None:
        return "never"
    if visits.failures_in_row:
        return "failing"
    since = visits.last_new or visits.first_visit
    if source.expected_days and since and now - since > dt.timedelta(days=source.expected_days):
        return "quiet"
    return "well"


def _list(chosen: list[Source], raw: Path, file: Path, lang: str, *, as_json: bool) -> int:
    from rendicion_etl.archive.visits import read_visits

    now = dt.datetime.now(dt.UTC)
    known = {source.id: read_visits(raw, source.id) for source in chosen}
    if as_json:
        from rendicion_etl.cli.output import to_json

        print(to_json([_plain(source, known[source.id], now) for source in chosen]))
        return 0
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), pad_edge=False)
    for column in ("id", "institution", "kind", "schedule", "documents", "last_visit", "state"):
        table.add_column(say(f"sources.column.{column}", lang), justify="right" if column == "documents" else "left")
    for source in chosen:
        visits = known[source.id]
        state = say(f"sources.state.{state_of(source, visits, now)}", lang, n=visits.failures_in_row)
        when = f"{visits.last_visit.astimezone():%Y-%m-%d %H:%M}" if visits.last_visit else "-"
        about = (source.institution or "-", say(f"sources.kind.{source.kind}", lang), source.schedule or "-")
        table.add_row(source.id, *about, str(visits.n_documents), when, state)
    Console(highlight=False).print(table)
    if not chosen:
        print(say("sources.none", lang, file=file))
    return 0


def _plain(source: Source, visits: Visits, now: dt.datetime) -> dict[str, Any]:
    """A source for programs."""

    def moment(at: dt.datetime | None) -> str | None:
        return at.isoformat() if at else None

    return {
        "id": source.id,
        "institution": source.institution,
        "kind": source.kind,
        "addresses": list(source.addresses),
        "schedule": source.schedule,
        "expected_days": source.expected_days,
        "n_documents": visits.n_documents,
        "last_visit": moment(visits.last_visit),
        "last_success": moment(visits.last_success),
        "last_new": moment(visits.last_new),
        "failures_in_row": visits.failures_in_row,
        "reasons": visits.reasons,
        "state": state_of(source, visits, now),
    }


def _check(file: Path, ids: Iterable[str], lang: str, *, online: bool, as_json: bool) -> int:
    """Tell what is wrong with the file, and with --online what links each source would take."""
    from rendicion_etl.archive.discover import offline_troubles
    from rendicion_etl.archive.sources import survey

    known, problems = survey(file)
    wrong = [{"what": p.what, "why": reason(p.why, lang), "next_step": reason(p.next_step, lang)} for p in problems]
    if problems:  # one that is named may be the one that is not understood
        chosen = [source for name, source in known.items() if name in ids or not ids]
    else:
        chosen = _chosen(known, ids, file)
    seen: dict[str, Offers] = {}
    if online:
        seen = {source.id: _look(source) for source in chosen}
    for source in chosen:
        troubles = seen[source.id].failures if online else offline_troubles(source)
        wrong += [{"source": source.id, "what": what, **_told(trouble, lang)} for what, trouble in troubles.items()]
    if as_json:
        from rendicion_etl.cli.output import to_json

        links = {name: [_offer(o) for o in offers.found.values()] for name, offers in seen.items()}
        print(to_json({"file": str(file), "sources": [s.id for s in chosen], "problems": wrong, "links": links}))
    else:
        from rendicion_etl.cli.output import on_screen

        for name, offers in seen.items():
            print(say("sources.would_take", lang, id=name, n=len(offers.found)))
            for offer in offers.found.values():
                about = "; ".join(filter(None, (offer.title, offer.period)))
                print(on_screen(f"  {offer.address}" + (f"  ({about})" if about else "")))
        for each in wrong:
            where = f"{each['source']}: " if "source" in each else ""
            print(on_screen(f"{where}{each['what']}: {each['why']}. {each['next_step']}"), file=sys.stderr)
        if not wrong:
            print(say("sources.all_well", lang, file=file, n=len(chosen)))
    return 1 if wrong else 0


def _look(source: Source) -> Offers:
    """What a source would give, by one request to its server beside that for robots.txt."""
    from rendicion_etl.archive.discover import discover
    from rendicion_etl.archive.web import Web

    once = replace(source, limits=replace(source.limits, retries=0))
    with Web(once, Settings().contact) as web:
        return discover(once, web, first_page_only=True)


def _offer(offer: Any) -> dict[str, Any]:
    return {key: getattr(offer, key) for key in ("address", "text", "title", "period")}


def _told(trouble: Trouble, lang: str) -> dict[str, str]:
    return {"why": reason(trouble.why, lang), "next_step": reason(trouble.next_step, lang)}


def _fetch(chosen: list[Source], raw: Path, lang: str, *, as_json: bool) -> int:
    from rendicion_etl.archive.visit import visit
    from rendicion_etl.cli.output import to_json

    made = []
    for source in chosen:
        made.append(visit(source, raw))
        if not as_json:
            _tell(made[-1], lang)
    paths = list(dict.fromkeys(str(arrival.stored.path) for each in made for arrival in each.arrivals))
    if as_json:
        print(to_json([_visit(each, lang) for each in made]))
    elif paths:
        few = shlex.join(paths) if len(paths) <= _MOST_PATHS else shlex.quote(str(raw / "sha256"))
        print(say("sources.next", lang, paths=few))
    return SOME_FAILED if any(each.failures for each in made) else 0


def _tell(made: Visit, lang: str) -> None:
    from rendicion_etl.cli.output import on_screen

    said = say(
        "sources.visited",
        lang,
        id=made.source_id,
        n=len(made.arrivals),
        unchanged=made.n_unchanged,
        failed=len(made.failures),
        seconds=made.seconds,
    )
    print(said)
    for arrival in made.arrivals:
        print(
            on_screen(f"  {say(f'sources.arrival.{arrival.state}', lang)}: {arrival.title or arrival.stored.file_name}")
        )
        print(on_screen(f"    {arrival.url}\n    {arrival.stored.path}"))
    for address, trouble in made.failures.items():
        told = _told(trouble, lang)
        print(on_screen(f"{made.source_id}: {address}: {told['why']}. {told['next_step']}"), file=sys.stderr)


def _visit(made: Visit, lang: str) -> dict[str, Any]:
    """A visit for programs."""
    return {
        "source": made.source_id,
        "at": made.at.isoformat(),
        "seconds": round(made.seconds, 3),
        "failed": made.failed,
        "n_unchanged": made.n_unchanged,
        "arrivals": [
            {
                "state": arrival.state,
                "url": arrival.url,
                "title": arrival.title,
                "period": arrival.period,
                "sha256": arrival.stored.sha256,
                "file_name": arrival.stored.file_name,
                "path": str(arrival.stored.path),
            }
            for arrival in made.arrivals
        ],
        "failures": [
            {"address": address, **_told(trouble, lang), "transient": trouble.transient}
            for address, trouble in made.failures.items()
        ],
    }
