"""Chapters 6 and 7: one outcome at every node, and a stranger who believes nobody."""

from functools import partial
from pathlib import Path

from deploy.demo.commands import UNVERIFIED, Ended, Json
from deploy.demo.forging import forge
from deploy.demo.play import Play
from deploy.demo.village import Village


def outcome(play: Play) -> None:
    """The federation closes; every node computes the same from the same ledgers."""
    story, courier = play.story, play.scenario.courier
    story.chapter("chapter-outcome")
    with story.waiting("waiting-close"):
        final = play.side_by_side(partial(_final, play, one) for one in play.connected)
    if courier is not None:
        for village in play.apart:
            play.carry(play.villages[courier.community], village)
            story.line(story.words("ridden-up", who=courier.name, community=village.name))
    with story.waiting("waiting-close"):
        final += play.side_by_side(partial(_final, play, one) for one in play.apart)
    play.outcome = final[0]
    _show(play, final)
    story.line(str(play.outcome["explain"][story.language]))
    same = [_essence(one) for one in final]
    story.check(
        "same-outcome",
        all(one == same[0] for one in same),
        str(same),
        number=len(final),
        list=str(play.outcome["outcome"]["list"])[:16],
    )
    commits, quorum = len(play.outcome["certificate"]["commits"]), play.outcome["quorum"]
    story.check("certificate", commits >= quorum, commits=commits, quorum=quorum)
    expected = play.scenario.proposal.expect
    if expected is not None:
        verdict = story.words(f"verdict-{expected}")
        story.check("expected", same[0][0] == expected, str(same[0]), verdict=verdict)


def _final(play: Play, village: Village) -> Json:
    def final() -> bool:
        return play.watched(village).get("stage") == "final"

    village.until(final, play.patience_s, "the certificate")
    return play.federated(village)


def _essence(found: Json) -> tuple[object, ...]:
    """What has to be the same at every node, byte for byte."""
    outcome, listed = found["outcome"], found["certificate"]["text"]
    return (outcome["verdict"], outcome["list"], listed, outcome["rows"], found["explain"])


def _show(play: Play, final: list[Json]) -> None:
    story = play.story
    names = {village.id: village.name for village in play.villages.values()}
    rows = [tuple(story.words(f"column-{one}") for one in ("community", "position", "counts"))]
    for row in final[0]["outcome"]["rows"]:
        choice = "-" if row["choice"] is None else story.words(f"choice-{row['choice']}")
        rows.append((names[row["community"]], choice, _counts(play, row)))
    story.table(rows)
    story.blank()
    head = ("node", "outcome", "list", "round", "commits")
    rows = [tuple(story.words(f"column-{one}") for one in head)]
    villages = [*play.connected, *play.apart]
    for village, found in zip(villages, final, strict=True):
        outcome = found["outcome"]
        verdict = story.words(f"verdict-{outcome['verdict']}")
        commits = f"{len(found['certificate']['commits'])}/{len(found['closers'])}"
        rows.append((village.name, verdict, outcome["list"][:16], str(outcome["round"]), commits))
    story.table(rows)


def _counts(play: Play, row: Json) -> str:
    """The voices behind a position, in words."""
    story = play.story
    for unit in ("people", "households"):
        tally = row.get(unit)
        if tally is not None:
            said = [
                f"{tally[choice]} {story.words(f'choice-{choice}')}"
                for choice in ("agree", "reservations", "aside", "disagree", "block", "abstain")
                if tally[choice]
            ]
            return f"{', '.join(said)} ({story.words(unit)})"
    return ""


def verification(play: Play) -> None:
    """A stranger with one file recounts everything; a forger is found out to the entry."""
    story = play.story
    exporter = play.villages[play.scenario.verification.community]
    story.chapter("chapter-verify")
    bundle = play.folder / "federation.bundle"
    exporter.operator("bundle", "export", str(bundle), "--audience", "community")
    story.line(
        story.words("exported", community=exporter.name),
        story.words("file-size", kilobytes=bundle.stat().st_size // 1000),
    )
    with story.waiting("waiting-verify"):
        ended = _verify(play, bundle)
    _show_report(play, ended.data)
    report, listed = ended.data, play.outcome["outcome"]["list"]
    story.check("verified", ended.code == 0 and report["right"], str(report.get("problems")))
    lists = [one["list"] for one in report["federated"] if one["proposal"] == play.asked]
    story.check("recounted-joint", lists == [listed], str(lists), list=listed[:16])
    readable = [one for one in play.villages.values() if one.spec.open_books or one is exporter]
    _check_recounts(play, report, readable)
    _outside(play, exporter)
    _forgery(play, bundle)


def _verify(play: Play, file: Path) -> Ended:
    return play.terminal.run(["verify", str(file)], play.story.language)


def _show_report(play: Play, report: Json) -> None:
    story = play.story
    head = ("ledger", "entries", "signatures", "withheld", "heads", "witnesses")
    rows = [tuple(story.words(f"column-{one}") for one in head)]
    for one in report.get("ledgers", ()):
        numbers = (one["size"], one["signatures"], one["withheld"], one["heads"])
        rows.append((one["name"], *(str(number) for number in numbers), str(len(one["witnesses"]))))
    story.table(rows)


def _check_recounts(play: Play, report: Json, readable: list[Village]) -> None:
    """The verifier counts each community's decision again, and comes to the same sentence."""
    story = play.story
    recounted = {one["proposal"]: one for one in report["decisions"]}
    same = []
    for village in readable:
        told = play.decisions[village.spec.id]
        again = recounted.get(told["id"], {})
        same.append(
            (again.get("verdict"), again.get("explain")) == (told["state"], told["explain"])
        )
    story.check("recounted", all(same), str(list(recounted.values())), number=len(readable))


def _outside(play: Play, exporter: Village) -> None:
    """Where a community keeps its books to itself, others hold hashes, and the sum still holds."""
    if exporter.spec.open_books:
        return
    other = next(one for one in play.connected if one is not exporter)
    bundle = play.folder / "outside.bundle"
    other.operator("bundle", "export", str(bundle), "--audience", f"federation:{play.federation}")
    report = _verify(play, bundle).data
    seen = next(one for one in report["ledgers"] if one["ledger"] == exporter.id)
    decided = [one for one in report["decisions"] if one["ledger"] == exporter.id]
    play.story.check(
        "withheld",
        report["right"] and seen["withheld"] > 0 and not decided,
        str(report.get("problems")),
        community=exporter.name,
        other=other.name,
        number=seen["withheld"],
    )


def _forgery(play: Play, bundle: Path) -> None:
    story, wanted = play.story, play.scenario.forgery
    village = play.villages[wanted.community]
    taken = [one for one in play.done[village.spec.id] if one.act.who == wanted.who]
    index = next(one.index for one in reversed(taken) if one.act.choice is not None)
    forged = play.folder / "forged.bundle"
    forged.write_bytes(forge(bundle.read_bytes(), village.id, index))
    story.paragraph(story.said(wanted.why))
    ended = _verify(play, forged)
    named = [
        one
        for one in ended.data.get("problems", ())
        if (one["ledger"], one["index"]) == (village.id, index)
    ]
    for problem in named:
        story.line(story.words("refused", code=problem["code"], detail=problem["detail"]))
    story.check(
        "forgery",
        ended.code == UNVERIFIED and bool(named),
        str(ended.data),
        community=village.name,
        index=index,
        code=UNVERIFIED,
    )
