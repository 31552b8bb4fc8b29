"""Sites, closed when the test is over."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from node.ports import Executor
from tests.node.replication.sites import Site, open_site
from tests.village import Community, found

OpenSite = Callable[..., Site]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OpenSite]:
    """Opens the node of a community, given itself or by name."""
    with ExitStack() as stack:

        def make(who: Community | str, executor: Executor | None = None) -> Site:
            community = found(who) if isinstance(who, str) else who
            return stack.enter_context(open_site(tmp_path, community, executor))

        yield make
