"""Chapters 4 and 5: the text goes to all, a node dies, and each community answers its own way."""

from collections.abc import Iterable
from functools import partial

from deploy.demo.commands import UNREACHED
from deploy.demo.play import Play
from deploy.demo.scenario import Crash
from deploy.demo.village import Done, Village, title_options


def ask_everybody(play: Play) -> None:
    """The text of the home decision becomes a federated proposal."""
    story, wanted = play.story, play.scenario.proposal
    village = play.villages[wanted.community]
    story.chapter("chapter-ask", number=len(play.villages))
    words = ["federation", "propose", play.federation, *title_options(wanted.title)]
    words += village.text_options("proposal", wanted.final_text)
    asked = village.member(wanted.who, *words, "--closes-in", wanted.closes_in)
    play.asked = str(asked["id"])
    story.line(story.words("asked", community=village.name, who=wanted.who))
    story.quote(story.said(wanted.final_text))
    with story.waiting("waiting-opened"):
        play.side_by_side(partial(_opened, play, one) for one in play.connected)
    story.line(story.words("opened", number=len(play.connected)))


def answers(play: Play) -> None:
    """Everybody with a network answers; in the middle of it one node is killed."""
    crash = play.scenario.crash
    struck = None if crash is None else play.villages[crash.community]
    if crash is not None and struck is not None:
        _strike(play, struck, crash)
    others = [one for one in play.connected if one is not struck]
    with play.story.waiting("waiting-answers"):
        play.side_by_side(partial(_answer, play, one) for one in others)
    for village in others:
        _tell(play, village)
    if crash is not None and struck is not None:
        _recover(play, struck, crash)


def by_courier(play: Play) -> None:
    """Whoever has no network answers by files that somebody carries."""
    story, courier = play.story, play.scenario.courier
    if courier is None:
        return
    sender = play.villages[courier.community]
    for village in play.apart:
        story.chapter("chapter-courier", community=village.name)
        story.paragraph(story.said(courier.why))
        size = play.carry(sender, village)
        story.line(
            story.words("ridden-up", who=courier.name, community=village.name),
            story.words("file-size", kilobytes=size // 1000),
        )
        _opened(play, village)
        _answer(play, village)
        _tell(play, village)
        _stated(play, village)
        size = play.carry(village, sender)
        story.line(
            story.words("ridden-down", who=courier.name, community=sender.name),
            story.words("file-size", kilobytes=size // 1000),
        )


def _opened(play: Play, village: Village) -> None:
    """The node has drafted and opened its community's own decision, as the charter says."""

    def opened() -> str:
        rows = village.looks("/v1/proposals?state=open").get("proposals", ())
        asked = [row["id"] for row in rows if (row["subject"] or {}).get("proposal") == play.asked]
        return str(asked[0]) if asked else ""

    play.answers[village.spec.id] = village.until(opened, play.patience_s, "its own decision")


def _answer(play: Play, village: Village) -> None:
    proposal = play.answers[village.spec.id]
    done = play.done.setdefault(village.spec.id, [])
    for act in village.spec.answer[len(done) :]:
        done.append(village.perform(proposal, act))
    play.decisions[village.spec.id] = village.decided(proposal, play.patience_s)


def _stated(play: Play, village: Village) -> None:
    """The node has said its community's position in its ledger."""

    def stated() -> bool:
        heard = play.watched(village).get("positions", ())
        return any(one["heard"] for one in heard if one["community"] == village.id)

    village.until(stated, play.patience_s, "its position")


def _tell(play: Play, village: Village) -> None:
    play.story.heading(village.name)
    _tell_acts(play, play.done[village.spec.id])
    _conclude(play, village)


def _conclude(play: Play, village: Village) -> None:
    play.story.result(play.decisions[village.spec.id]["explain"][play.story.language])
    _check_standing(play, village)


def _tell_acts(play: Play, acts: list[Done]) -> None:
    story = play.story
    for done in acts:
        said = story.said(done.act.says) if done.act.says else ""
        choice = story.words(f"choice-{done.act.choice}") if done.act.choice else ""
        story.speech(done.act.who, said, choice)


def _check_standing(play: Play, village: Village) -> None:
    """What counts is each voice's last word, and a reason stands beside it."""
    story = play.story
    found = play.decisions[village.spec.id]
    standing = {str(row["message"]): row for row in found["positions"]}
    comments = {str(row["id"]) for row in found["comments"]}
    for taken in _by_voice(village, play.done[village.spec.id]):
        last, act = standing.get(taken[-1].message), taken[-1].act
        if len(taken) > 1:
            holds = last is not None and not {one.message for one in taken[:-1]} & set(standing)
            before, after = taken[-2].act.choice, act.choice
            story.check(
                "changed",
                holds,
                str(found["positions"]),
                who=act.who,
                before=story.words(f"choice-{before}"),
                after=story.words(f"choice-{after}"),
            )
        if act.choice == "aside" and act.says is not None:
            holds = last is not None and last["choice"] == "aside" and last["reason"] in comments
            story.check("aside", holds, str(found["positions"]), who=act.who)


def _by_voice(village: Village, done: Iterable[Done]) -> list[list[Done]]:
    """Positions in order, those of each voice together."""
    taken: dict[str | None, list[Done]] = {}
    for one in done:
        if one.act.choice is not None:
            taken.setdefault(village.spec.voice(one.act.who), []).append(one)
    return list(taken.values())


def _strike(play: Play, village: Village, crash: Crash) -> None:
    """Some have spoken; then the power fails, and the next one finds nobody."""
    story, proposal = play.story, play.answers[village.spec.id]
    story.heading(village.name)
    first, after = village.spec.answer[: crash.after], village.spec.answer[crash.after]
    play.done[village.spec.id] = village.perform_all(proposal, first)
    _tell_acts(play, play.done[village.spec.id])
    pid = village.node.pid
    village.node.kill()
    story.line(story.said(crash.why), story.words("killed", pid=pid))
    ended = village.attempt(proposal, after)
    story.check(
        "unreached", ended.code == UNREACHED, str(ended.data), who=after.who, code=UNREACHED
    )


def _recover(play: Play, village: Village, crash: Crash) -> None:
    """The node comes back; what it acknowledged is there, and the vote goes on."""
    story, proposal = play.story, play.answers[village.spec.id]
    village.node.start()
    with story.waiting("waiting-restart", community=village.name):
        village.node.wait()
    story.line(story.words("restarted", community=village.name, pid=village.node.pid))
    found = village.proposal(proposal)
    held = {str(row["message"]): int(row["index"]) for row in found["positions"]}
    kept = [taken[-1] for taken in _by_voice(village, play.done[village.spec.id])]
    story.check(
        "nothing-lost",
        all(held.get(one.message) == one.index for one in kept),
        str(found["positions"]),
        number=len(kept),
    )
    with story.waiting("waiting-answers"):
        _answer(play, village)
    _tell_acts(play, play.done[village.spec.id][crash.after :])
    _conclude(play, village)
