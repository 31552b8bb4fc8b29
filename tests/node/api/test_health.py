"""Health, figures, and the description of the routes."""

import re

from tests.node.api.house import House


async def test_figures_name_nobody(house: House) -> None:
    await house.anybody.submit(house.village.text(0, "Secreto de la casa"))
    await house.anybody.submit(b"x")
    answer = await house.anybody.get("/metrics")
    figures = answer.raw.decode()
    assert f"acuerdo_entries {house.node.journal.head.size}.0" in figures
    assert 'acuerdo_answers_total{status="201"} 1.0' in figures
    assert 'acuerdo_answers_total{status="400"} 1.0' in figures
    assert "acuerdo_read_only 0.0" in figures
    for word in ("Secreto", "Ceiba", house.village.community, *house.village.members, "192.0.2"):
        assert word not in figures


async def test_two_nodes_in_one_process_count_apart(house: House, neighbour: House) -> None:
    await house.anybody.submit(b"x")
    other = (await neighbour.anybody.get("/metrics")).raw.decode()
    assert 'status="400"' not in other


async def test_the_routes_are_described_and_no_page_loads_scripts(house: House) -> None:
    described = (await house.anybody.get("/openapi.json")).json
    paths = described["paths"]
    assert isinstance(paths, dict)
    assert "/v1/proposals/{message}" in paths
    for path in ("/docs", "/redoc", "/docs/oauth2-redirect"):
        assert (await house.anybody.get(path)).status == 404


async def test_every_route_says_what_it_does(house: House) -> None:
    described = (await house.anybody.get("/openapi.json")).json
    paths = described["paths"]
    assert isinstance(paths, dict)
    for path, methods in paths.items():
        assert isinstance(methods, dict)
        for operation in methods.values():
            assert isinstance(operation, dict)
            assert re.search(r"\w", str(operation.get("description", ""))), path
