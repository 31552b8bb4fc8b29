"""Chapter 3: one community works out a text, and decides to put it to all."""

from deploy.demo.play import Play
from deploy.demo.scenario import Amendment
from deploy.demo.village import Village, title_options


def home_decision(play: Play) -> None:
    """Draft, discussion, amendments, and the community's own decision."""
    story, wanted = play.story, play.scenario.proposal
    village = play.villages[wanted.community]
    story.chapter("chapter-draft", community=village.name)
    draft = village.member(
        wanted.who,
        "proposal",
        "draft",
        *title_options(wanted.title),
        *village.text_options("draft", wanted.text),
    )
    proposal = str(draft["id"])
    story.line(
        story.words("draft-written", who=wanted.who, title=story.said(wanted.title)),
        story.words("draft-entry", index=draft["index"], id=proposal[:12]),
    )
    for act in wanted.discussion:
        village.perform(proposal, act)
        story.speech(act.who, story.said(act.says) if act.says else "")
    for amendment in wanted.amendment:
        _amend(play, village, proposal, amendment)
    village.member(wanted.who, "proposal", "open", proposal)
    village.perform_all(proposal, wanted.positions)
    with story.waiting("waiting-decision"):
        found = village.decided(proposal, play.patience_s)
    story.line(f"{village.name}. {found['explain'][story.language]}")
    accepted = sum(one.accepted for one in wanted.amendment)
    texts = {one: found["versions"][-1]["texts"][one] for one in ("es", "en")}
    story.check(
        "amended",
        len(found["versions"]) == 1 + accepted and texts == wanted.final_text.model_dump(),
        str(found["versions"]),
        version=1 + accepted,
    )


def _amend(play: Play, village: Village, proposal: str, amendment: Amendment) -> None:
    story, wanted = play.story, play.scenario.proposal
    base = wanted.text
    for earlier in wanted.amendment[: wanted.amendment.index(amendment)]:
        base = earlier.amended(base) if earlier.accepted else base
    number = wanted.amendment.index(amendment) + 1
    offered = village.member(
        amendment.who,
        "proposal",
        "amend",
        proposal,
        *title_options(wanted.title),
        *village.text_options(f"amendment-{number}", amendment.amended(base)),
    )
    village.member(amendment.who, "discuss", proposal, village.in_its_language(amendment.why))
    story.line(story.words("amendment", who=amendment.who))
    story.change(story.said(amendment.replaces), story.said(amendment.by))
    story.speech(amendment.who, story.said(amendment.why))
    if amendment.reply is not None:
        village.member(wanted.who, "discuss", proposal, village.in_its_language(amendment.reply))
        story.speech(wanted.who, story.said(amendment.reply))
    verb = "accept" if amendment.accepted else "decline"
    village.member(wanted.who, "proposal", verb, str(offered["id"]))
    story.line(story.words(f"amendment-{verb}", who=wanted.who))
