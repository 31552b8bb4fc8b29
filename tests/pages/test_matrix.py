"""Every page, and who is shown it: nobody known, a member, the operator.

The table is compared with the application's own routes, so that no page is forgotten. 303 sends
the browser on to sign in. A POST is sent as an empty form by a page of ours.
"""

from fastapi.routing import APIRoute
from starlette.routing import Route

from tests.node.api.house import House
from tests.pages.browse import Browser

ALL = (200, 200, 200)
INSIDE = (303, 200, 200)
MEMBERS = (303, 200, 303)
OPERATOR = (303, 303, 200)

MATRIX: dict[tuple[str, str], tuple[int, int, int]] = {
    ("GET", "/"): ALL,
    ("GET", "/more"): ALL,
    ("GET", "/safety"): ALL,
    ("GET", "/advice/{code}"): ALL,
    ("GET", "/charter"): INSIDE,
    ("GET", "/charter/versions/{number}"): INSIDE,
    ("GET", "/charter/change"): MEMBERS,
    ("POST", "/charter/change"): (303, 422, 303),
    ("POST", "/charter/change/check"): (303, 400, 303),
    ("GET", "/static/{name}"): (404, 404, 404),
    ("GET", "/enter"): ALL,
    ("POST", "/enter"): (415, 415, 415),
    ("POST", "/enter/challenge"): ALL,
    ("GET", "/enter/operator"): ALL,
    ("POST", "/enter/operator"): (401, 401, 401),
    ("POST", "/language"): (400, 400, 400),
    # Last, for it signs out.
    ("POST", "/leave"): (303, 303, 303),
}


def pages_of(house: House) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for route in house.app.routes:
        assert isinstance(route, APIRoute | Route), route
        if route.endpoint.__module__.startswith("node.pages."):
            found |= {(method, route.path) for method in (route.methods or set()) - {"HEAD"}}
    return found


async def test_no_page_is_missing(house: House) -> None:
    assert pages_of(house) == set(MATRIX)


async def test_every_visitor_at_every_page(
    visitor: Browser, ana: Browser, operator: Browser
) -> None:
    seen = {}
    for method, path in MATRIX:
        filled = path.replace("{code}", "too-often").replace("{name}", "x").replace("{number}", "1")
        answers = []
        for browser in (visitor, ana, operator):
            kept = dict(browser.cookies)
            page = await (browser.get(filled) if method == "GET" else browser.post(filled))
            assert page.status != 500, (method, path, page.text)
            browser.cookies = kept
            answers.append(page.status)
        seen[method, path] = tuple(answers)
    assert seen == MATRIX
