"""Every page, and who is shown it: nobody known, a member, the operator.

The table is compared with the application's own routes, so that no page is forgotten. 303 sends
the browser on to sign in. A POST is sent as an empty form by a page of ours.
"""

from fastapi.routing import APIRoute
from starlette.routing import Route

from protocol.wire.digests import CommunityId
from tests.node.api.house import House
from tests.node.api.story import amend, convene, draft, federate, record
from tests.pages.browse import Browser

ALL = (200, 200, 200)
INSIDE = (303, 200, 200)
MEMBERS = (303, 200, 303)
OPERATOR = (303, 303, 200)

NOBODY = CommunityId("0" * 64)

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
    ("GET", "/founded"): ALL,
    ("GET", "/found/{rest:path}"): (410, 410, 410),
    ("GET", "/static/{name}"): (404, 404, 404),
    ("GET", "/enter"): ALL,
    ("POST", "/enter"): (415, 415, 415),
    ("POST", "/enter/challenge"): ALL,
    ("POST", "/enter/standing"): (415, 415, 415),
    ("GET", "/enter/operator"): ALL,
    ("POST", "/enter/operator"): (401, 401, 401),
    ("POST", "/language"): (400, 400, 400),
    ("GET", "/ledger"): ALL,
    ("GET", "/ledger/bundle"): INSIDE,
    ("GET", "/ledger/{index}"): ALL,
    ("GET", "/ledger/{index}/entry"): ALL,
    ("GET", "/ledger/{index}/receipt"): ALL,
    ("GET", "/ledgers"): ALL,
    ("GET", "/ledgers/{community}"): ALL,
    ("GET", "/ledgers/{community}/bundle"): INSIDE,
    ("GET", "/ledgers/{community}/{index}"): ALL,
    ("GET", "/ledgers/{community}/{index}/entry"): ALL,
    ("GET", "/ledgers/{community}/{index}/receipt"): ALL,
    ("GET", "/verify"): ALL,
    ("GET", "/me/receipts"): ALL,
    ("GET", "/join"): ALL,
    ("GET", "/join/{invitation}"): ALL,
    ("POST", "/join/{invitation}/inviter"): (415, 415, 415),
    ("GET", "/newcomers/{member}"): ALL,
    ("GET", "/invite"): MEMBERS,
    ("POST", "/invite"): (303, 400, 303),
    ("GET", "/invite/{invitation}"): (303, 404, 303),
    ("GET", "/members"): INSIDE,
    ("GET", "/members/{member}"): INSIDE,
    ("POST", "/members/{member}/sponsor"): (303, 409, 303),
    ("POST", "/members/{member}/welcome"): (303, 409, 303),
    ("GET", "/members/replace"): MEMBERS,
    ("POST", "/members/replace"): (303, 422, 303),
    ("GET", "/me"): MEMBERS,
    ("POST", "/me/name"): (303, 422, 303),
    ("POST", "/me/household"): (303, 422, 303),
    ("POST", "/me/drop-key"): (303, 409, 303),
    ("GET", "/me/leave"): MEMBERS,
    ("POST", "/me/leave"): (303, 422, 303),
    ("GET", "/me/data"): MEMBERS,
    ("POST", "/me/data/erase"): (303, 400, 303),
    ("GET", "/me/key"): ALL,
    ("GET", "/me/device"): ALL,
    ("GET", "/me/device/{member}"): ALL,
    ("GET", "/me/device/add"): MEMBERS,
    ("POST", "/me/device/add"): (303, 422, 303),
    ("GET", "/me/lost"): ALL,
    ("GET", "/proposals"): INSIDE,
    ("GET", "/p/{message}"): INSIDE,
    ("GET", "/p/{message}/positions"): INSIDE,
    ("GET", "/p/{message}/vote"): MEMBERS,
    ("GET", "/p/{message}/check"): (303, 303, 303),
    ("POST", "/p/{message}/check"): (303, 422, 303),
    ("GET", "/p/{message}/receipt/{position}"): (303, 404, 404),
    ("GET", "/r/{message}"): ALL,
    ("GET", "/r/{message}/file"): (404, 200, 200),
    ("GET", "/propose"): MEMBERS,
    ("POST", "/propose"): (303, 422, 303),
    ("GET", "/p/{message}/comment"): MEMBERS,
    ("POST", "/p/{message}/comment"): (303, 422, 303),
    ("GET", "/p/{message}/amend"): MEMBERS,
    ("POST", "/p/{message}/amend"): (303, 400, 303),
    ("GET", "/p/{message}/amendments/{amendment}"): INSIDE,
    ("POST", "/p/{message}/amendments/{amendment}"): (303, 400, 303),
    ("GET", "/p/{message}/versions/{number}"): INSIDE,
    ("GET", "/p/{message}/open"): MEMBERS,
    ("POST", "/p/{message}/open"): (303, 422, 303),
    ("GET", "/p/{message}/withdraw"): MEMBERS,
    ("GET", "/map"): ALL,
    ("GET", "/communities/{community}"): ALL,
    ("GET", "/connections"): INSIDE,
    ("POST", "/connections"): (303, 303, 303),
    ("GET", "/federations"): ALL,
    ("GET", "/federations/new"): MEMBERS,
    ("POST", "/federations/new"): (303, 422, 303),
    ("GET", "/federations/{message}"): ALL,
    ("GET", "/federations/{message}/{step}"): (303, 409, 303),
    ("POST", "/federations/{message}/{step}"): (303, 409, 303),
    ("GET", "/federated"): ALL,
    ("GET", "/federated/new"): MEMBERS,
    ("POST", "/federated/new"): (303, 422, 303),
    ("GET", "/federated/{message}"): (404, 200, 200),
    ("GET", "/bundles"): ALL,
    ("POST", "/bundles/file"): (403, 403, 403),
    ("POST", "/bundles/import"): (303, 422, 422),
    ("GET", "/bundles/pictures"): INSIDE,
    ("POST", "/bundles/pictures"): (303, 403, 403),
    ("GET", "/bundles/pictures/{digest}"): (303, 404, 404),
    ("GET", "/bundles/pictures/{digest}/{number}"): (303, 404, 404),
    ("GET", "/bundles/part"): ALL,
    ("GET", "/admin"): OPERATOR,
    ("GET", "/admin/peers"): OPERATOR,
    ("POST", "/admin/peers"): (303, 303, 400),
    ("POST", "/admin/witness"): (303, 303, 303),
    ("GET", "/admin/duties"): OPERATOR,
    ("GET", "/admin/backups"): OPERATOR,
    ("POST", "/admin/backups/drill"): (303, 303, 404),
    ("POST", "/admin/backups/fetch"): (303, 303, 404),
    ("POST", "/admin/backups"): (303, 303, 303),
    ("GET", "/admin/exports"): OPERATOR,
    ("POST", "/admin/exports"): (303, 303, 400),
    ("GET", "/assemblies"): INSIDE,
    ("GET", "/assemblies/new"): MEMBERS,
    ("POST", "/assemblies/new"): (303, 422, 303),
    ("GET", "/assemblies/record"): MEMBERS,
    ("POST", "/assemblies/record"): (303, 422, 303),
    ("GET", "/assemblies/{message}"): INSIDE,
    ("GET", "/assemblies/{message}/sheet"): INSIDE,
    ("GET", "/assemblies/{message}/live"): INSIDE,
    # Of something that is no assembly: a stream has no end.
    ("GET", "/assemblies/{message}/live/events"): (303, 404, 404),
    ("GET", "/assemblies/{message}/move"): MEMBERS,
    ("POST", "/assemblies/{message}/move"): (303, 422, 303),
    ("GET", "/assemblies/{message}/cancel"): MEMBERS,
    ("GET", "/assemblies/{message}/record"): MEMBERS,
    ("POST", "/assemblies/{message}/record"): (303, 422, 303),
    ("GET", "/minutes/{message}"): INSIDE,
    ("GET", "/minutes/{message}/print"): INSIDE,
    ("GET", "/minutes/{message}/pdf"): INSIDE,
    # She recorded them herself.
    ("GET", "/minutes/{message}/countersign"): (303, 422, 303),
    ("GET", "/minutes/{message}/contest"): MEMBERS,
    ("POST", "/minutes/{message}/contest"): MEMBERS,
    ("GET", "/minutes/{message}/correct"): MEMBERS,
    ("POST", "/minutes/{message}/correct"): (303, 422, 303),
    # Last: the one signs the operator out everywhere, the other whoever asks.
    ("POST", "/admin/token"): (303, 303, 303),
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


async def places(house: House) -> dict[str, str]:
    """What stands for the parts of a path that name something."""
    proposal = await draft(house)
    federation = await federate(house, NOBODY)
    return {
        "community": house.village.community,
        "federations": federation.id,
        "assemblies": await convene(house, proposal),
        "minutes": await record(house),
        "federated": federation.proposal,
        "step": "join",
        "digest": "A" * 16,
        "code": "too-often",
        "name": "x",
        "member": house.village.members[1],
        "invitation": "x",
        "message": proposal,
        "amendment": await amend(house, 1, proposal, "Otra bomba"),
        "position": "0" * 64,
        "number": "1",
        # The inception, which is for everybody.
        "index": "0",
        "rest": "x/join/1",
    }


def of_its_own(path: str, named: dict[str, str]) -> dict[str, str]:
    """What a message is depends on where it is asked for."""
    for area in ("federations", "federated", "assemblies", "minutes"):
        if path.endswith("/events"):
            return {}
        if path.startswith(f"/{area}/{{message}}"):
            return {"message": named[area]}
    return {}


async def test_every_visitor_at_every_page(
    house: House, visitor: Browser, ana: Browser, operator: Browser
) -> None:
    seen, named = {}, await places(house)
    for method, path in MATRIX:
        filled = path.replace(":path}", "}").format(**named | of_its_own(path, named))
        answers = []
        for browser in (visitor, ana, operator):
            kept = dict(browser.cookies)
            page = await (browser.get(filled) if method == "GET" else browser.post(filled))
            assert page.status != 500, (method, path, page.text)
            browser.cookies = kept
            answers.append(page.status)
        seen[method, path] = tuple(answers)
    assert seen == MATRIX
