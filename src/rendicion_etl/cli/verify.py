"""`rendicion verify`: whether what is published, and the archive that it came from, are whole."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rendicion_etl.cli.options import SOME_FAILED, AsJson, Common, Curated, Raw, folder
from rendicion_etl.messages import say
from rendicion_etl.settings import Settings

if TYPE_CHECKING:
    from rendicion_etl.curated.verify.remark import Remark, Seen

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
    from rendicion_etl.curated.verify.folder import verify as remarks_of
    from rendicion_etl.curated.verify.remark import Seen
    from rendicion_etl.normalize.correction_files import read_corrections

    lang, seen, begun = common.language, Seen(), time.monotonic()
    corrections = read_corrections(Settings().corrections)
    found = remarks_of(folder(curated, "curated"), folder(raw, "raw"), corrections, seen)
    if as_json:
        listed = [_plain(remark, lang) for remark in found]
        counted = {"documents": seen.documents, "files": seen.files, "pdfs": seen.pdfs, "bytes": seen.n_bytes}
        seconds = round(time.monotonic() - begun, 3)
        print(to_json({"whole": not seen.damage, **counted, "seconds": seconds, "remarks": listed}))
    else:
        _show(found, seen, lang, begun)
    return SOME_FAILED if seen.damage else 0


def _plain(remark: Remark, lang: str) -> dict[str, Any]:
    """A remark for programs."""
    return {
        "kind": remark.kind,
        "is_damage": remark.is_damage,
        "file": str(remark.path),
        "document_id": remark.document_id,
        "why": _why(remark, lang),
        "next_step": _step(remark, lang),
    }


def _why(remark: Remark, lang: str) -> str:
    return say(f"verify.{remark.kind}", lang, **remark.values)


def _step(remark: Remark, lang: str) -> str:
    return say(f"verify.step.{remark.step}", lang, **{"document": remark.document_id, **remark.values})


def _show(found: Iterable[Remark], seen: Seen, lang: str, begun: float) -> None:
    from rich.console import Console
    from rich.text import Text

    from rendicion_etl.cli.output import on_screen

    console, shown = Console(highlight=False), Counter[str]()
    for remark in found:
        shown[remark.kind] += 1
        if shown[remark.kind] > _SHOWN:
            continue
        mark, style = ("\N{BALLOT X}", "bold red") if remark.is_damage else ("!", "yellow")
        said = on_screen(f"{remark.path}: {_why(remark, lang)}. {_step(remark, lang)}")
        console.print(Text.assemble((mark, style), f" {said}"), soft_wrap=True)
    for kind, n in shown.items():
        if n > _SHOWN:
            console.print(say("verify.more", lang, n=n - _SHOWN, kind=kind), soft_wrap=True)
    counts = {"documents": seen.documents, "files": seen.files, "pdfs": seen.pdfs, "mb": seen.n_bytes / 1e6}
    console.print(say("verify.seen", lang, **counts, seconds=time.monotonic() - begun), soft_wrap=True)
    result = say("verify.damaged" if seen.damage else "verify.whole", lang, damage=seen.damage, notices=seen.notices)
    console.print(result, style="bold")
