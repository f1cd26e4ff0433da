"""`rendicion notify`: tell what is new to the services that the settings name, or try whether they answer."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated

from rendicion_etl.cli.options import Common, Curated, Raw, folder, option
from rendicion_etl.messages import reason, say
from rendicion_etl.settings import Settings

UNSENT = 1


def notify(
    *,
    test: Annotated[bool, option("notify.test", "--test")] = False,
    curated: Curated = None,
    raw: Raw = None,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """Tell what was not told yet; exit 1 where a service did not take it, or there is none to try."""
    from rendicion_etl.cli.output import on_screen
    from rendicion_etl.runs.monitors import watch
    from rendicion_etl.runs.notify import news_of, send_test
    from rendicion_etl.runs.notify import notify as notify_services

    lang = common.language
    settings = replace(Settings(), curated=folder(curated, "curated"), raw=folder(raw, "raw"), lang=lang)
    if not settings.notify.strip():
        print(say("notify.nobody", lang), file=sys.stderr)
        return UNSENT if test else 0
    if test:
        answers = send_test(settings)
    else:
        alarms = watch(settings).alarms
        answers = [(each.service, each.failure) for each in notify_services(news_of(settings, alarms=alarms), settings)]
    for service, failure in answers:
        if failure is None:
            print(say("notify.sent", lang, service=service))
            continue
        why, next_step = reason(failure.why, lang), reason(failure.next_step, lang)
        print(on_screen(say("notify.unsent", lang, service=service, why=why, next_step=next_step)), file=sys.stderr)
    if not answers:
        print(say("notify.done", lang))
    return UNSENT if any(failure for _, failure in answers) else 0
