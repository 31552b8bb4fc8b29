"""The page at `/`, health, figures, and the description of the routes."""

import re

import pytest

from node.api.front import preferred
from node.journal import Unavailable
from tests.node.api.house import House


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-GB, es;q=0.5", "en"),
        ("en;q=0.2, es;q=0.85", "es"),
        ("fr, de", "en"),
        ("fr, es;q=0.1", "es"),
        ("es;q=x, en;q=0.1", "en"),
        ("es;q=1.0000000, en;q=0.9", "es"),
        ("ESTONIAN", "en"),
        (",;q=;;,", "en"),
    ],
)
def test_the_page_speaks_the_visitors_language(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


async def test_the_page_tells_how_the_node_is_doing(house: House) -> None:
    english = await house.anybody.get("/")
    assert english.headers["content-type"] == "text/html; charset=utf-8"
    page = english.raw.decode()
    assert '<html lang="en">' in page
    assert "La Ceiba" in page
    assert house.node.journal.head.root.hex() in page.replace("<wbr>", "")
    assert "The node takes messages in." in page
    spanish = (await house.anybody.get("/", {"accept-language": "es"})).raw.decode()
    assert '<html lang="es">' in spanish
    assert "El nodo recibe mensajes." in spanish
    house.node.journal.read_only = Unavailable("storage-failed", "no room left")
    stopped = (await house.anybody.get("/")).raw.decode()
    assert "no room left" in stopped


async def test_the_page_needs_nothing_from_elsewhere(house: House) -> None:
    answer = await house.anybody.get("/")
    page = answer.raw.decode().lower()
    for sign in ("<script", "<style", "<img", "<link", "<form", "http://", "https://", "style="):
        assert sign not in page
    policy = answer.headers["content-security-policy"]
    assert policy == "default-src 'none'; frame-ancestors 'none'"
    assert len(answer.raw) < 5_000


async def test_a_hostile_name_is_only_a_name(house: House) -> None:
    name = '</title><script>alert(1)</script>"\u202eabc'
    body = {"kind": "community/describe", "body": {"name": name, "languages": ["es"]}}
    assert (await house.operator.post("/v1/operator/acts", body)).status == 201  # type: ignore[arg-type]
    page = (await house.anybody.get("/")).raw.decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert (await house.anybody.get("/v1/status")).json["name"] == name


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
