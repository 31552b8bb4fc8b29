"""Chapters 1 and 2: the communities found themselves, and then a federation."""

from functools import partial

from deploy.demo.commands import Json
from deploy.demo.play import Play
from deploy.demo.village import Village, title_options


def communities(play: Play) -> None:
    """Every community on its own: keys, charter, people, a node, a ledger."""
    story = play.story
    story.chapter("chapter-found", number=len(play.villages))
    with story.waiting("waiting-found"):
        play.side_by_side(village.found for village in play.villages.values())
    for village in play.villages.values():
        _introduce(play, village)
    pids = {village.node.pid for village in play.villages.values()}
    ledgers = {(village.data / "acuerdo.db").stat().st_ino for village in play.villages.values()}
    ids = {village.id for village in play.villages.values()}
    story.check(
        "nodes",
        len(pids) == len(ledgers) == len(ids) == len(play.villages),
        number=len(play.villages),
    )
    with story.waiting("waiting-peers"):
        play.side_by_side(partial(_befriend, play, village) for village in play.connected)
    for village in play.apart:
        peers = village.operator("peer", "list")["peers"]
        story.check("no-peers", peers == [], community=village.name)


def _introduce(play: Play, village: Village) -> None:
    story, spec = play.story, village.spec
    story.line(f"{village.name}: {story.said(spec.way)}.")
    people = [story.words("people-count", number=len(spec.people))]
    if spec.households:
        people.append(story.words("household-count", number=len(spec.households)))
    place = story.words("node-place", url=village.node.url, id=village.id[:12])
    story.detail(" · ".join([*people, place]))
    for newcomer in spec.newcomer:
        story.detail(story.words("newcomer", name=newcomer.name, by=newcomer.invited_by))


def _befriend(play: Play, village: Village) -> None:
    for peer in village.spec.peers:
        village.operator("peer", "add", play.villages[peer].node.url, "--private")
    if village.spec.home is not None:
        home = play.villages[village.spec.home]
        village.until(lambda: home.id in _known(village), play.patience_s, home.name)
        village.operator("peer", "home", home.id)


def _known(village: Village) -> set[str]:
    return {str(peer["id"]) for peer in village.looks("/v1/status").get("peers", ())}


def federation(play: Play) -> None:
    """One community writes the compact; each ratifies it by a decision of its own."""
    story, wanted = play.story, play.scenario.federation
    founder = play.villages[wanted.community]
    story.chapter("chapter-compact")
    play.federation = _compact(play, founder)
    story.line(story.words("compact-written", who=wanted.who, community=founder.name))
    story.quote(story.said(wanted.text))
    with story.waiting("waiting-ratify"):
        play.side_by_side(partial(_ratify_connected, play, founder, one) for one in play.connected)
        play.side_by_side(partial(_ratify_apart, play, founder, one) for one in play.apart)
    for village in play.villages.values():
        decision = play.decisions.pop(village.spec.id)
        story.line(f"{village.name}. {decision['explain'][story.language]}")
        if not village.spec.network:
            courier = play.scenario.courier
            story.detail(story.words("carried", who=courier.name if courier else ""))
    with story.waiting("waiting-force"):
        joined = play.side_by_side(partial(_in_force, play, one) for one in play.connected)
    number = len(play.villages)
    story.check("in-force", set(joined) == {number}, number=number, id=play.federation[:12])


def _compact(play: Play, founder: Village) -> str:
    wanted = play.scenario.federation
    terms = {"rule": wanted.rule, "quorum": wanted.quorum}
    words = ["--communities", ",".join(one.id for one in play.villages.values())]
    words += ["--rule", str(founder.write_json("terms.json", terms))]
    words += ["--window", wanted.window, "--round", wanted.round, *title_options(wanted.title)]
    words += founder.text_options("compact", wanted.text, "purpose")
    return str(founder.member(wanted.who, "federation", "compact", *words)["federation"])


def _ratify_connected(play: Play, founder: Village, village: Village) -> None:
    path = f"/v1/federations/{play.federation}"
    village.until(lambda: village.looks(path), play.patience_s, "the compact")
    _ratify(play, founder, village)


def _ratify_apart(play: Play, founder: Village, village: Village) -> None:
    play.carry(founder, village)
    _ratify(play, founder, village)
    _joined(play, village)
    play.carry(village, founder)


def _ratify(play: Play, founder: Village, village: Village) -> None:
    words = ["federation", "ratify", play.federation, "--founder", founder.id]
    decision = str(village.member(village.first, *words)["id"])
    village.perform_all(decision, village.spec.ratify)
    play.decisions[village.spec.id] = village.decided(decision, play.patience_s)


def _joined(play: Play, village: Village) -> None:
    def joined() -> bool:
        return village.id in _seated(village.looks(f"/v1/federations/{play.federation}"))

    village.until(joined, play.patience_s, "its own join")


def _in_force(play: Play, village: Village) -> int:
    """How many communities this node knows to have joined, once that is all of them."""
    path = f"/v1/federations/{play.federation}"
    village.until(lambda: village.looks(path).get("in_force"), play.patience_s, "the federation")
    found = village.member(village.first, "federation", "show", play.federation)
    return len(_seated(found)) if found["in_force"] else 0


def _seated(federation: Json) -> set[str]:
    return {str(seat["community"]) for seat in federation.get("seats") or ()}
