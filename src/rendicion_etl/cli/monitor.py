"""`rendicion monitor`: what a person should look at, among sources and documents."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

from rendicion_etl.cli.options import AsJson, Common, Curated, Raw, folder, option
from rendicion_etl.messages import say
from rendicion_etl.settings import Settings

ALARMING = 4


def monitor(
    *,
    seen: Annotated[str | None, option("monitor.seen", "--seen")] = None,
    sources: Annotated[Path | None, option("monitor.sources", "--sources")] = None,
    as_json: AsJson = False,
    curated: Curated = None,
    raw: Raw = None,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """List the alarms that stand; exit 4 where there are any."""
    from rendicion_etl.cli.output import on_screen, to_json
    from rendicion_etl.runs.monitors import note_seen, watch

    lang = common.language
    settings = replace(Settings(), curated=folder(curated, "curated"), raw=folder(raw, "raw"))
    settings = replace(settings, sources=sources or settings.sources)
    noted = note_seen(settings, seen) if seen else []
    watched = watch(settings)
    if as_json:
        print(to_json(asdict(watched)))
        return ALARMING if watched.alarms else 0
    for alarm in noted:
        print(on_screen(say("monitor.noted", lang, subject=alarm.subject, rule=alarm.rule)))
    for alarm in watched.alarms:
        said = alarm.en if lang == "en" else alarm.es
        print(on_screen(say("monitor.line", lang, subject=alarm.subject, rule=alarm.rule, said=said)))
    numbers = {"alarms": len(watched.alarms), "seen": len(watched.seen), "sources": watched.n_sources}
    print(say("monitor.total", lang, compared=watched.n_compared, alone=watched.n_alone, **numbers))
    return ALARMING if watched.alarms else 0
