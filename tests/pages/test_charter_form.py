"""A charter as a form: what it shows comes back the same; a mistake is told at its field."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.charters import TEMPLATES, template, whole_charter
from node.pages.charter.form import Fields, Read, fields_of, read_fields
from protocol.community.charter import Charter, charter_json
from protocol.wire.encoding import JsonValue

BASE = template("households")


def read(base: Charter = BASE, **changes: str | None) -> Read:
    """The form of a charter, with some fields typed over; None is a box not ticked."""
    fields = fields_of(base)
    for name, value in changes.items():
        key = name.replace("__", ".")
        if value is None:
            fields.pop(key, None)
        else:
            fields[key] = value
    return read_fields(fields, base)


def sent_again(found: Read, **changes: str) -> Read:
    fields: Fields = {**found.fields, **{name.replace("__", "."): v for name, v in changes.items()}}
    return read_fields(fields, BASE)


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_is_shown_comes_back_the_same(name: str) -> None:
    base = template(name)
    found = read_fields(fields_of(base), base)
    assert found.errors == {}
    assert found.charter == base


shares = st.tuples(st.integers(0, 50), st.integers(1, 50)).map(
    lambda pair: {"num": min(pair), "den": max(1, *pair)}
)
consensus = st.fixed_dictionaries(
    {
        "method": st.just("consensus"),
        "agree": shares,
        "max_reservations": st.none() | shares,
        "max_aside": st.none() | shares,
        "reason_for": st.sampled_from([["block"], ["block", "agree"], ["block", "aside"]]),
        "on_block": st.just("reject"),
        "fallback": st.none(),
    }
)
consent = st.fixed_dictionaries(
    {"method": st.just("consent"), "max_objections": st.integers(0, 2**53 - 1)}
)
majority = st.fixed_dictionaries(
    {
        "method": st.just("majority"),
        "threshold": shares,
        "of": st.sampled_from(["cast", "present", "electorate"]),
        "strict": st.just(False),
    }
)
terms = st.fixed_dictionaries(
    {
        "rule": consensus | consent | majority,
        "unit": st.sampled_from(["person", "household"]),
        "quorum": shares,
        "discussion_s": st.integers(0, 31_622_400),
        "voting_s": st.sampled_from([0, 60, 90, 3_600, 86_400, 31_622_400]),
        "early": st.booleans(),
    }
)
charters = st.fixed_dictionaries(
    {
        "audience": st.sampled_from(["community", "public"]),
        "admission": st.fixed_dictionaries({"sponsors": st.integers(1, 1_000)}),
        "recovery": st.fixed_dictionaries({"confirmations": st.integers(1, 1_000)}),
        "assembly": st.none()
        | st.fixed_dictionaries(
            {
                "witnesses": st.integers(1, 1_000),
                "contest_s": st.integers(0, 31_622_400),
                "contests": st.integers(1, 1_000),
            }
        ),
        "decisions": st.dictionaries(
            st.sampled_from(["charter", "federation", "huerta", "x-1"]), terms
        ).flatmap(lambda own: terms.map(lambda general: {**own, "general": general})),
    }
)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(charters)
def test_any_charter_comes_back_the_same(value: dict[str, JsonValue]) -> None:
    base = whole_charter(value)
    found = read_fields(fields_of(base), base)
    assert found.errors == {}
    assert found.charter == base


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.dictionaries(st.sampled_from([*fields_of(BASE), "new_type"]), st.text(max_size=6)))
def test_whatever_is_sent_is_a_charter_or_told_at_a_field(changes: dict[str, str]) -> None:
    found = read_fields({**fields_of(BASE), **changes}, BASE)
    assert (found.charter is not None) == (not found.errors and not found.fresh)


@pytest.mark.parametrize(
    ("field", "value", "place", "error"),
    [
        ("sponsors", "0", "sponsors", "wrong-people"),
        ("sponsors", "1001", "sponsors", "wrong-people"),
        ("sponsors", "two", "sponsors", "wrong-number"),
        ("confirmations", "", "confirmations", "wrong-number"),
        ("audience", "all", "audience", "wrong-choice"),
        ("general__agree__num", "5", "general.agree", "wrong-share"),
        ("general__agree__den", "", "general.agree", "wrong-share"),
        ("general__agree__den", "2000000", "general.agree", "wrong-share"),
        ("general__fallback__num", "1", "general.fallback", "wrong-fallback"),
        ("general__aside__num", "", "general.aside", "wrong-share"),
        ("general__quorum__den", "0", "general.quorum", "wrong-share"),
        ("general__voting", "-1", "general.voting", "wrong-number"),
        ("charter__voting", "367", "charter.voting", "wrong-span"),
        ("charter__voting-unit", "moons", "charter.voting-unit", "wrong-choice"),
        ("minutes", None, "minutes", "wrong-choice"),
        ("witnesses", "0", "witnesses", "wrong-people"),
        ("contests", "x", "contests", "wrong-number"),
        ("contest", "367", "contest", "wrong-span"),
        ("general__unit", "dog", "general.unit", "wrong-choice"),
        ("general__early", None, "general.early", "wrong-choice"),
        ("general__on_block", "", "general.on_block", "wrong-choice"),
        ("general__method", "lot", "general.method", "wrong-choice"),
        ("new_type", "Not a name", "new_type", "wrong-type"),
        ("new_type", "charter", "new_type", "wrong-type"),
    ],
)
def test_every_mistake_is_told_at_its_field(
    field: str, value: str | None, place: str, error: str
) -> None:
    found = read(BASE, **{field: value})
    assert found.charter is None
    assert found.errors == {place: f"rules.{error}"}
    assert value is None or found.fields[field.replace("__", ".")] == value.lower()


def test_more_than_all_can_never_agree() -> None:
    changes = {"general__threshold__num": "3", "general__threshold__den": "3"}
    found = read(template("majority"), **changes)
    assert found.errors == {"general.threshold": "rules.wrong-threshold"}


def test_a_method_brings_its_fields_along() -> None:
    found = read(general__method="consent")
    assert found.fresh
    assert found.charter is None
    assert found.fields["general.objections"] == "0"
    assert found.fields["general.quorum.num"] == "2"
    charter = sent_again(found, general__objections="1").charter
    assert charter is not None
    rule = charter_json(charter)["decisions"]["general"]["rule"]  # type: ignore[index,call-overload]
    assert rule == {"method": "consent", "max_objections": 1}


def test_a_type_can_go_back_to_what_holds_in_general_and_have_its_own_again() -> None:
    found = read(federation__own="")
    assert found.charter is not None
    assert "federation" not in found.charter.decisions
    again = read(found.charter, federation__own="yes")
    assert again.fresh == {"federation"}
    charter = sent_again(again).charter
    assert charter is not None
    assert charter.decisions["federation"] == charter.decisions["general"]


def test_a_type_of_ones_own_starts_as_in_general() -> None:
    found = read(new_type="huerta")
    assert found.fresh
    assert found.errors == {}
    assert list(found.types)[-1] == "huerta"
    charter = sent_again(found, huerta__voting="2").charter
    assert charter is not None
    assert charter.decisions["huerta"]["voting_s"] == 7_200


def test_general_terms_cannot_be_left_out() -> None:
    found = read(general__own="", types="charter")
    assert found.charter is not None
    assert "general" in found.charter.decisions
