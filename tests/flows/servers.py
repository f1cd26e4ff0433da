"""Questions to Prefect's server."""

from __future__ import annotations

import asyncio
from typing import Any


async def _ask(question: Any) -> Any:
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        return await question(client)


def ask(question: Any) -> Any:
    """Ask Prefect's server: `question` takes its client."""
    return asyncio.run(_ask(question))
