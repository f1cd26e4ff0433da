"""`rendicion letter`: a request for clarification to the institution behind a document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from rendicion_etl.cli.options import HELP_LANG, Common, Curated, option, to_read
from rendicion_etl.messages import say


def letter(
    document_id: Annotated[str, Parameter(help=say("letter.document", HELP_LANG))],
    /,
    *,
    format: Annotated[Literal["md", "html"] | None, option("letter.format", "--format", "-f")] = None,
    out: Annotated[Path | None, option("letter.out", "--out", "--output", "-o")] = None,
    curated: Curated = None,
    common: Common = Common(),  # noqa: B008  frozen, and how cyclopts flattens options
) -> int:
    """Write a polite letter that lists the confirmed contradictions of weight, or say that there are none."""
    from rendicion_etl.archive.store import write_whole
    from rendicion_etl.curated.query import open_published, told_plainly
    from rendicion_etl.site.data import load
    from rendicion_etl.site.letter import letter as written

    home, lang = to_read(curated), common.language
    with open_published(home) as connection, told_plainly(home):
        data = load(home, document_id)
        sql = "select document_id from documents where supersedes = ? order by retrieved_at desc, document_id limit 1"
        newer = connection.execute(sql, [document_id]).fetchall()
    form = format or ("html" if out and out.suffix.lower() in {".html", ".htm"} else "md")
    text = written(data, form, lang)
    if text is None:  # on the error output, so that `> carta.md` holds a letter or nothing
        print(say("letter.none", lang, document=document_id), file=sys.stderr)
        return 0
    for (other,) in newer:
        print(say("letter.superseded", lang, document=other), file=sys.stderr)
    if out is None:
        print(text, end="")
        return 0
    write_whole(out, text.encode())
    print(say("letter.saved", lang, path=out))
    return 0
