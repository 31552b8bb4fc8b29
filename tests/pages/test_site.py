"""What holds of every page: headers, sizes, names that stay names."""

import re

import pytest

from node.journal import Unavailable
from node.pages.static import read_shelf
from tests.node.api.house import House
from tests.pages.browse import HOST, Browser
from tests.pages.hostile import HOSTILE


async def test_a_page_lets_a_browser_do_no_more_than_show_it(visitor: Browser) -> None:
    page = await visitor.get("/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "'unsafe" not in policy
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["x-content-type-options"] == "nosniff"
    for address in re.findall(r'(?:src|href|action)="([^"]*)"', page.text):
        assert address.startswith(("/", "#")), address
    assert "style=" not in page.text
    assert not re.search(r"<script(?![^>]* src=)", page.text)


async def test_a_page_seen_before_costs_nearly_nothing(visitor: Browser) -> None:
    tag = (await visitor.get("/")).headers["etag"]
    again = await visitor.get("/", {"if-none-match": tag})
    assert (again.status, again.raw) == (304, b"")


async def test_pages_and_scripts_are_compressed_for_whoever_takes_it(visitor: Browser) -> None:
    page = await visitor.get("/", {"accept-encoding": "gzip, br"})
    assert page.headers["content-encoding"] == "gzip"
    (style,) = re.findall(r'href="(/static/main-[^"]+\.css)"', page.text)
    sheet = await visitor.get(style, {"accept-encoding": "gzip"})
    assert sheet.headers["content-encoding"] == "gzip"
    assert "immutable" in sheet.headers["cache-control"]
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert (await visitor.get("/static/../../etc/passwd")).status == 404
    assert (await visitor.get("/static/manifest.json")).status == 404


async def test_every_file_that_pages_load_is_served(visitor: Browser) -> None:
    shelf = read_shelf()
    for built in shelf.built.values():
        for file in (built.file, *built.imports):
            assert (await visitor.get(f"/static/{file}")).status == 200


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_is_only_a_name(house: House, visitor: Browser, name: str) -> None:
    line = "".join(part for part in name if part.isprintable())
    body = {"kind": "community/describe", "body": {"name": line[:80], "languages": ["es"]}}
    assert (await house.operator.post("/v1/operator/acts", body)).status == 201  # type: ignore[arg-type]
    page = await visitor.get("/")
    assert page.text.count("<script") == (await visitor.get("/more")).text.count("<script")
    assert line[:80] in page.words or "&" in line


async def test_a_node_that_takes_nothing_in_says_so(house: House, visitor: Browser) -> None:
    house.node.journal.read_only = Unavailable("storage-failed", "no room left")
    assert "no room left" in (await visitor.get("/")).words


async def test_what_is_not_here_is_told_in_a_page(visitor: Browser) -> None:
    page = await visitor.get("/no-such-page")
    assert page.status == 404
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "route-unknown" in page.words
    machine = await visitor.get("/v1/no-such-thing")
    assert machine.headers["content-type"] == "application/problem+json"


async def test_advice_comes_in_the_visitors_language(visitor: Browser) -> None:
    assert (await visitor.get("/advice/voting-closed")).text == "The time for positions is over."
    visitor.language = "es"
    assert "Ya pasó" in (await visitor.get("/advice/voting-closed")).text
    assert (await visitor.get("/advice/never-heard-of")).status == 200


async def test_a_file_is_taken_only_where_one_is_asked_for(visitor: Browser) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x", "origin": f"http://{HOST}"}
    large = b"--x\r\n" + b"0" * 1_000_000
    for path in ("/language", "/enter/operator"):
        assert (await visitor.call("POST", path, large, headers)).status == 415
    assert (await visitor.call("POST", "/bundles/import", large, headers)).status == 303
