"""A node that is told to stop stops, also while somebody's screen follows it."""

import time
from pathlib import Path

import httpx

from tests.node.cli.conftest import Acuerdo
from tests.node.cli.served import Place, free_port

_SOON_S = 5


def test_a_screen_that_follows_does_not_hold_the_node_up(acuerdo: Acuerdo, tmp_path: Path) -> None:
    place = Place(tmp_path / "ceiba", free_port(), acuerdo)
    place.found("La Ceiba", "Ana")
    with httpx.Client(base_url=place.url, timeout=10) as browser:
        with place.served():
            text = place.text("invitacion.md", "Nos vemos bajo la ceiba.")
            convening = ("--starts-at", "2099-12-01T18:00:00Z", "--text-es", text)
            call = place.member("Ana", "assembly", "convene", *convening)["id"]
            token = (place.data / "operator.token").read_text().strip()
            entered = browser.post(
                "/enter/operator", data={"token": token}, headers={"origin": place.url}
            )
            assert entered.status_code == 303
            stream = browser.stream("GET", f"/assemblies/{call}/live/events")
            answer = stream.__enter__()
            lines = answer.iter_lines()
            assert next(lines) == "event: tallies"
            told = time.monotonic()
        assert time.monotonic() - told < _SOON_S
        stream.__exit__(None, None, None)
