"""`rendicion serve`: the flows on their schedules on this machine, until it is stopped."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from cyclopts import validators

from rendicion_etl.cli.options import Common, Curated, Raw, WrongUsage, folder, option
from rendicion_etl.messages import say
from rendicion_etl.settings import Settings


def serve(
    *,
    sources: Annotated[Path | None, option("sources.file", "--sources")] = None,
    schedule: Annotated[str | None, option("serve.schedule", "--schedule")] = None,
    publish_at: Annotated[str | None, option("serve.publish_at", "--publish-at")] = None,
    port: Annotated[int, option("serve.port", "--port", validator=validators.Number(gte=1, lte=65535))] = 4200,
    curated: Curated = None,
    raw: Raw = None,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """Serve until interrupted; exit 0 then."""
    from rendicion_etl.archive.sources import is_cron, read_sources
    from rendicion_etl.runs.service import TIME_ZONE, plan_of
    from rendicion_etl.runs.service import serve as run

    settings = Settings()
    given = {
        "RENDICION_SOURCES": str((sources or settings.sources).absolute()),
        "RENDICION_SCHEDULE": schedule or settings.schedule,
        "RENDICION_PUBLISH_AT": settings.publish_at if publish_at is None else publish_at,
        "RENDICION_CURATED": str(folder(curated, "curated").absolute()),
        "RENDICION_RAW": str(folder(raw, "raw").absolute()),
    }
    os.environ.update(given)  # for the flows, each a process of its own
    settings, lang = Settings(), common.language
    if settings.publish_at and not is_cron(settings.publish_at):
        why = "no es un horario de cron de cinco campos"
        raise WrongUsage(settings.publish_at, why, "Escríbalo así: 0 6 * * *")
    plan = plan_of(read_sources(settings.sources), settings.schedule)

    def tell(address: str) -> None:
        for each in plan:
            print(say("serve.visits", lang, ids=", ".join(each.ids), cron=each.cron))
        if settings.publish_at:
            print(say("serve.publishes", lang, cron=settings.publish_at))
        print(say("serve.ready", lang, address=address, zone=TIME_ZONE), flush=True)

    run(port, tell)
    print(say("serve.stopped", lang), flush=True)
    return 0
