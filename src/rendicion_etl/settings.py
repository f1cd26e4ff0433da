"""What a run may be told: folders, workers and limits, from arguments first and the environment second."""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote, unquote

_PACKAGE = Path(__file__).resolve().parent

# Dependencies that report usage to their makers unless told not to. DO_NOT_TRACK is read by Prefect and others
# (https://consoledonottrack.com).
_NO_TELEMETRY = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "SCARF_NO_ANALYTICS": "true",
}


# Prefect without a server of one's own: it starts one for the run. 20 s are too few for that on a busy machine, and
# its log would bury what the run has to say. What the user has set stays.
_EMBEDDED_PREFECT = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
}

# That its server is gone is told soon, and once: Prefect would ask for a minute before it believes that, several times,
# and complain of each event that it cannot deliver.
_PREFECT_BY_HAND = {"PREFECT_CLIENT_MAX_RETRIES": "2", "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL"}


REPLIES, CORRECTIONS = "replies", "corrections"  # the folders that need not exist
SOURCES = "sources.toml"  # nor need this file, where nothing is watched
_ADDRESS = re.compile(r"([a-z][a-z0-9+]+):/+(.+)")  # Path makes one slash of two


class BadSetting(ValueError):
    """An environment variable that holds no number of use: `name` of the variable and what was `given`."""

    def __init__(self, name: str, given: str) -> None:
        super().__init__(f"{name}: se esperaba un número, no {given!r}")
        self.name, self.given = name, given


def home(given: Path | str) -> Path:
    """A folder as it is given; for the address of a store (`s3://bucket/folder`) the folder of its copy here.

    The name of a copy is the address, so that every process and every machine knows whose copy it is (`address_of`).
    """
    said = _ADDRESS.fullmatch(str(given))
    if not said:
        return Path(given)
    return _folder("RENDICION_COPIES", str(_cache() / "copies")) / quote(f"{said[1]}://{said[2].strip('/')}", safe="")


def address_of(folder: Path) -> str | None:
    """The address of the store that a folder is the copy of; None of a folder of its own."""
    address = unquote(folder.name)
    return address if "://" in address else None


def _cache() -> Path:
    return _folder("XDG_CACHE_HOME", str(Path.home() / ".cache")) / "rendicion-etl"


def _folder(name: str, default: str) -> Path:
    return Path(os.environ.get(name) or default)


def _home(name: str, default: str) -> Path:
    return home(os.environ.get(name) or default)


def _number(name: str, default: float, least: float) -> float:
    text = os.environ.get(name)
    if not text:
        return default
    try:
        number = float(text)
    except ValueError as error:
        raise BadSetting(name, text) from error
    if not least <= number < math.inf:  # nan neither
        raise BadSetting(name, text)
    return number


def language() -> str:
    """The language of messages, `es` or `en`, which is needed where no other setting may be asked for yet."""
    return "en" if os.environ.get("RENDICION_LANG", "").startswith("en") else "es"


def _expectations() -> Path:
    """`expectations/` beside the sources; in an installed wheel the copy inside the package."""
    beside = _PACKAGE.parents[1] / "expectations"
    return _folder("RENDICION_EXPECTATIONS", str(beside if beside.is_dir() else _PACKAGE / "expectations"))


def flows_folder() -> Path:
    """`flows/` beside the sources; in an installed wheel the copy inside the package."""
    beside = _PACKAGE.parents[1] / "flows"
    return beside if beside.is_dir() else _PACKAGE / "flows"


@dataclass(frozen=True)
class Bounds:
    """What one document may ask of the child that reads it, beside its time and memory; 0 is no limit.

    page_timeout: seconds for each page (RENDICION_PAGE_TIMEOUT). pages: of the document (RENDICION_MAX_PAGES).
    stream_mb: MiB that any one compressed stream of it holds when decoded (RENDICION_MAX_STREAM_MB). open_files: at a
    time (RENDICION_MAX_OPEN_FILES). written_mb: MiB of each file that is written (RENDICION_MAX_WRITTEN_MB).
    """

    page_timeout: float = 0
    pages: int = 0
    stream_mb: int = 0
    open_files: int = 0
    written_mb: int = 0


def _bounds() -> Bounds:
    return Bounds(
        _number("RENDICION_PAGE_TIMEOUT", 120.0, 0),
        int(_number("RENDICION_MAX_PAGES", 3000, 0)),
        int(_number("RENDICION_MAX_STREAM_MB", 512, 0)),
        int(_number("RENDICION_MAX_OPEN_FILES", 256, 0)),
        int(_number("RENDICION_MAX_WRITTEN_MB", 4096, 0)),
    )


class Limits(TypedDict):
    """All that bounds a child, as what runs it takes them."""

    timeout: float
    memory_mb: int
    bounds: Bounds


@dataclass(frozen=True)
class Settings:
    """The settings of a run.

    curated: folder of the product (RENDICION_CURATED). raw: folder of the archive (RENDICION_RAW). Where one is given
    as the address of a store, what stands here is its copy (`home`), in a folder of RENDICION_COPIES.
    dask: address of a Dask scheduler whose workers read the documents of a flow, "" for this machine (RENDICION_DASK).
    jobs: documents read at the same time (RENDICION_JOBS; one a processor).
    timeout: seconds that one document, or a page of it that is read from its pixels, may take, and a 300th of them
    more for each page (RENDICION_TIMEOUT).
    memory_mb: address space that one document may take, in MiB, 0 for no limit (RENDICION_MEMORY_MB).
    bounds: what else one document may ask for, each with a variable of its own.
    expectations_dir: folder of the Great Expectations suites (RENDICION_EXPECTATIONS).
    lang: language of what people read, `es` or `en` (RENDICION_LANG).
    replies: folder of what institutions answered (RENDICION_REPLIES).
    sources: file of the places where reports are published (RENDICION_SOURCES).
    contact: address or mail that servers are told when they are asked, "" for none (RENDICION_CONTACT).
    corrections: folder of what people corrected in the reading of documents (RENDICION_CORRECTIONS).
    schedule: when sources without a schedule of their own are visited by a service, five cron fields
    (RENDICION_SCHEDULE). publish_at: when it builds the site beside that, "" for not (RENDICION_PUBLISH_AT).
    site_url: address under which the site is published, "" while it is not known (RENDICION_SITE_URL).
    notify: addresses of apprise that are told what is new, or files of them, separated by spaces (RENDICION_NOTIFY).
    They are secrets: never shown.

    Raises BadSetting where a number in the environment is none.
    """

    curated: Path = field(default_factory=lambda: _home("RENDICION_CURATED", "curated"))
    raw: Path = field(default_factory=lambda: _home("RENDICION_RAW", "raw"))
    dask: str = field(default_factory=lambda: os.environ.get("RENDICION_DASK", ""))
    jobs: int = field(default_factory=lambda: int(_number("RENDICION_JOBS", os.cpu_count() or 1, 1)))
    timeout: float = field(default_factory=lambda: _number("RENDICION_TIMEOUT", 300.0, 1))
    memory_mb: int = field(default_factory=lambda: int(_number("RENDICION_MEMORY_MB", 8192, 0)))
    bounds: Bounds = field(default_factory=_bounds)
    expectations_dir: Path = field(default_factory=_expectations)
    lang: str = field(default_factory=language)
    replies: Path = field(default_factory=lambda: _folder("RENDICION_REPLIES", REPLIES))
    sources: Path = field(default_factory=lambda: _folder("RENDICION_SOURCES", SOURCES))
    contact: str = field(default_factory=lambda: os.environ.get("RENDICION_CONTACT", ""))
    corrections: Path = field(default_factory=lambda: _folder("RENDICION_CORRECTIONS", CORRECTIONS))
    schedule: str = field(default_factory=lambda: os.environ.get("RENDICION_SCHEDULE") or "0 6 * * *")
    publish_at: str = field(default_factory=lambda: os.environ.get("RENDICION_PUBLISH_AT", ""))
    site_url: str = field(default_factory=lambda: os.environ.get("RENDICION_SITE_URL", ""))
    notify: str = field(default_factory=lambda: os.environ.get("RENDICION_NOTIFY", ""), repr=False)

    @property
    def limits(self) -> Limits:
        """What bounds the child that reads or draws a document."""
        return {"timeout": self.timeout, "memory_mb": self.memory_mb, "bounds": self.bounds}


def settings_in(curated: Path | str | None = None, raw: Path | str | None = None) -> Settings:
    """The settings, with other folders (or addresses of stores) where they are given."""
    settings = Settings()
    return replace(settings, curated=home(curated or settings.curated), raw=home(raw or settings.raw))


def use_embedded_prefect() -> None:
    """Prepare the environment for flows beside other Prefects of the user. Call before Prefect is imported.

    Prefect's database lies in the user's cache folder, apart from any other Prefect of theirs.
    """
    database = _folder("PREFECT_HOME", str(_cache() / "prefect"))
    database.mkdir(parents=True, exist_ok=True)  # Prefect makes no folders above its own
    for name, value in {**_EMBEDDED_PREFECT, "PREFECT_HOME": str(database)}.items():
        os.environ.setdefault(name, value)


def use_prefect_by_hand() -> None:
    """As `use_embedded_prefect`, for a flow that somebody waits for. Call before Prefect is imported."""
    use_embedded_prefect()
    for name, value in _PREFECT_BY_HAND.items():
        os.environ.setdefault(name, value)


def no_telemetry() -> None:
    """Tell every dependency to send nothing home. Call before they are imported; it overrules the environment."""
    os.environ.update(_NO_TELEMETRY)
