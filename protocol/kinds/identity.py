"""Kinds by which a community says who it is."""

from protocol.book import Book
from protocol.errors import Refused
from protocol.identity import chain, presence
from protocol.kinds.kind import Kind
from protocol.ledger.act import Act
from protocol.wire.message import verify_message


def _check_inception(_book: Book, act: Act[chain.Inception]) -> None:
    chain.open_chain((act.message.raw,))


def _apply_inception(book: Book, act: Act[chain.Inception]) -> None:
    book.chain = chain.open_chain((act.message.raw,))


def _check_rotation(book: Book, act: Act[chain.Rotation]) -> None:
    if act.body.size != act.index:
        raise Refused("rotation-size", "a rotation names the index at which it stands")
    # A mirror trusts a ledger's writer for its members' signatures; here the writer's own keys
    # are at stake, so nobody takes them on the word of whoever holds them now.
    verify_message(act.message)
    chain.extend_chain(book.identity, act.message)


def _apply_rotation(book: Book, act: Act[chain.Rotation]) -> None:
    book.chain = chain.extend_chain(book.identity, act.message)


def _apply_description(book: Book, act: Act[presence.Description]) -> None:
    book.descriptions[act.index] = act.body
    book.presence = presence.apply_descriptions(book.presence, book.descriptions)


def _apply_addresses(book: Book, act: Act[presence.Addresses]) -> None:
    book.presence = presence.apply_addresses(book.presence, act.body)


def _check_home(book: Book, act: Act[presence.HomeWitness]) -> None:
    if act.body.home == book.ledger:
        raise Refused("home-self", "a community cannot be its own home witness")


def _apply_home(book: Book, act: Act[presence.HomeWitness]) -> None:
    book.presence = presence.apply_home(book.presence, act.body)


KINDS = {
    "identity/inception": Kind(
        body=chain.Inception,
        author="root",
        audience="public",
        check=_check_inception,
        apply=_apply_inception,
        founding=True,
    ),
    "identity/rotate": Kind(
        body=chain.Rotation,
        author="root",
        audience="public",
        check=_check_rotation,
        apply=_apply_rotation,
        founding=True,
    ),
    "identity/address": Kind(
        body=presence.Addresses,
        author="voice",
        audience="public",
        apply=_apply_addresses,
        founding=True,
    ),
    "identity/witness": Kind(
        body=presence.HomeWitness,
        author="voice",
        audience="public",
        check=_check_home,
        apply=_apply_home,
        founding=True,
    ),
    "community/describe": Kind(
        body=presence.Description,
        author="voice",
        audience="public",
        apply=_apply_description,
        erasable=True,
        founding=True,
    ),
}
