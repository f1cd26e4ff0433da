"""`rendicion verify`: whether what is published, and the archive that it came from, are whole."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rendicion_etl.cli.options import AsJson, Common, Curated, Raw, folder
from rendicion_etl.messages import say
from rendicion_etl.settings import Settings

if TYPE_CHECKING:
    from rendicion_etl.curated.verify.trouble import Seen, Trouble

SOME_FAILED = 3
_SHOWN = 20  # of a kind


def verify(
    *,
    as_json: AsJson = False,
    curated: Curated = None,
    raw: Raw = None,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """Look at every file of the datasets and the archive; exit 3 when something is damaged."""
    from rendicion_etl.cli.output import to_json
    from rendicion_etl.curated.verify.folder import verify as troubles_of
    from rendicion_etl.curated.verify.trouble import Seen
    from rendicion_etl.normalize.correction_files import read_corrections

    lang, seen, begun = common.language, Seen(), time.monotonic()
    corrections = read_corrections(Settings().corrections)
    found = troubles_of(folder(curated, "curated"), folder(raw, "raw"), corrections, seen)
    if as_json:
        listed = [_plain(trouble, lang) for trouble in found]
        counted = {"documents": seen.documents, "files": seen.files, "pdfs": seen.pdfs, "bytes": seen.n_bytes}
        seconds = round(time.monotonic() - begun, 3)
        print(to_json({"whole": not seen.damage, **counted, "seconds": seconds, "troubles": listed}))
    else:
        _show(found, seen, lang, begun)
    return SOME_FAILED if seen.damage else 0


def _plain(trouble: Trouble, lang: str) -> dict[str, Any]:
    """A trouble for programs."""
    return {
        "kind": trouble.kind,
        "is_damage": trouble.is_damage,
        "file": str(trouble.path),
        "document_id": trouble.document_id,
        "why": _why(trouble, lang),
        "next_step": _step(trouble, lang),
    }


def _why(trouble: Trouble, lang: str) -> str:
    return say(f"verify.{trouble.kind}", lang, **trouble.values)


def _step(trouble: Trouble, lang: str) -> str:
    return say(f"verify.step.{trouble.step}", lang, **{"document": trouble.document_id, **trouble.values})


def _show(found: Iterable[Trouble], seen: Seen, lang: str, begun: float) -> None:
    from rich.console import Console
    from rich.text import Text

    from rendicion_etl.cli.output import on_screen

    console, shown = Console(highlight=False), Counter[str]()
    for trouble in found:
        shown[trouble.kind] += 1
        if shown[trouble.kind] > _SHOWN:
            continue
        mark, style = ("\N{BALLOT X}", "bold red") if trouble.is_damage else ("!", "yellow")
        said = on_screen(f"{trouble.path}: {_why(trouble, lang)}. {_step(trouble, lang)}")
        console.print(Text.assemble((mark, style), f" {said}"), soft_wrap=True)
    for kind, n in shown.items():
        if n > _SHOWN:
            console.print(say("verify.more", lang, n=n - _SHOWN, kind=kind), soft_wrap=True)
    counts = {"documents": seen.documents, "files": seen.files, "pdfs": seen.pdfs, "mb": seen.n_bytes / 1e6}
    console.print(say("verify.seen", lang, **counts, seconds=time.monotonic() - begun), soft_wrap=True)
    result = say("verify.damaged" if seen.damage else "verify.whole", lang, damage=seen.damage, notices=seen.notices)
    console.print(result, style="bold")
