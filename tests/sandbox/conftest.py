from collections.abc import AsyncIterator

import pytest

from tests.sandbox.stage import Stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Stage() as stage:
        yield stage


@pytest.fixture
async def strict() -> AsyncIterator[Stage]:
    """Set a stage on which the rate limits are enforced."""
    async with Stage(limited=True) as stage:
        yield stage
