"""The page before a signature: in words what a member is about to sign, and the button for it."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup
from starlette.responses import Response

from node.pages.site import show
from node.pages.visit import Visit
from protocol.wire.encoding import JsonValue

Act = dict[str, JsonValue]


def act(visit: Visit, kind: str, body: Mapping[str, JsonValue], audience: str = "") -> Act:
    """As `acting.html` signs it; to whoever reads the structure, if nothing else is said."""
    return {"kind": kind, "audience": audience or visit.structure, "body": dict(body)}


def check_page(
    visit: Visit,
    title: Markup,
    label: Markup,
    signed: Act,
    *,
    says: Sequence[Markup],
    then: str,
    danger: bool = False,
) -> Response:
    """Asks once more; `label` is the act itself, `then` where it leads, `danger` for good."""
    values = {
        "title": title,
        "label": label,
        "says": says,
        "acts": [signed],
        "then": then,
        "danger": danger,
    }
    return show(visit, "check-act.html", values)
