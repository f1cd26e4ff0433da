"""A server that speaks S3 on this machine, and what lies in it."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from pathlib import Path

import fsspec
import pytest

from rendicion_etl.archive.objects import Objects
from rendicion_etl.curated.query import open_curated


@contextmanager
def s3_server() -> Iterator[None]:
    """Serve S3 on loopback, and have the environment lead to it: as users tell of stores that are not Amazon's."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("NO_PROXY", f"{os.environ.get('NO_PROXY', '')},{host}")
        # Readers have the environment in which their fork server began, and an earlier test may have started that.
        forkserver._forkserver._stop()  # type: ignore[attr-defined]
        yield
    server.stop()


def new_bucket() -> str:
    """The address of a folder in a new bucket."""
    name = f"rendicion-{secrets.token_hex(4)}"
    fsspec.filesystem("s3").mkdir(name)
    return f"s3://{name}/guatemala"


def keys(address: str, folder: str = "") -> list[str]:
    return sorted(Objects(address).list(folder))


def on_another_machine(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """From now on work with copies in another folder, where there are none yet."""
    patch.setenv("RENDICION_COPIES", str(folder / secrets.token_hex(4)))


def rows(address: str, sql: str) -> list[tuple[object, ...]]:
    """What a reader gets at an address."""
    with open_curated(address) as connection:
        return connection.execute(sql).fetchall()
