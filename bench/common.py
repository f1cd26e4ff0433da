"""What every bench tells beside its figures, and how it shows and keeps them."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any


def machine() -> dict[str, Any]:
    """What the figures were taken on; ask before the first of them, for the load."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def said_of(machine: dict[str, Any]) -> str:
    """One line about a machine."""
    return f"Python {machine['python']}, {machine['cores']} cores, load {machine['load']:.1f} before"


def versions(distributions: Iterable[str]) -> dict[str, str]:
    """The versions of those that are installed, in the order given."""
    installed = {d.name.lower(): d.version for d in metadata.distributions()}
    return {name: installed[name.lower()] for name in distributions if name.lower() in installed}


def table_with(*heads: str, words: Sequence[str]) -> Any:
    """An empty table of rich; the columns of `words` are not of figures."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for head in heads:
        table.add_column(head, justify="left" if head in words else "right", vertical="bottom", no_wrap=True)
    return table


def keep(found: dict[str, Any], path: Path | None) -> None:
    """Write all figures as JSON, where a place is given."""
    if path:
        path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
