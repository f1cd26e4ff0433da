"""The flows as modules, and a Prefect server behind those that a test runs itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FLOWS = Path(__file__).parents[2] / "flows"
sys.path.insert(0, str(FLOWS))  # as for a script of that folder: flows call one another


@pytest.fixture(scope="session")
def prefect() -> Iterator[None]:
    """A Prefect server for the session."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, PREFECT_LOGGING_LEVEL, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    import rendicion_etl  # noqa: F401  switches usage reports off before Prefect is imported

    # The heartbeat would make every flow run a second longer.
    quiet = temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None, PREFECT_LOGGING_LEVEL: "CRITICAL"})
    with prefect_test_harness(server_startup_timeout=180), quiet:
        yield
