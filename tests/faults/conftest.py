"""Loopback sites for the fault tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import Loopback


@pytest.fixture
def net() -> Iterator[Loopback]:
    """A thread of loopback sites."""
    with Loopback() as loopback:
        yield loopback
