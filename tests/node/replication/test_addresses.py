"""The addresses that a stranger may not make this node call."""

import pytest

from node.addresses import check_address, choose_address, is_literal, read_peer_url, resolve
from protocol.errors import Malformed, Refused

PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "93.184.216.34",
    "2001:4860:4860::8888",
    "2606:2800:220:1:248:1893:25c8:1946",
    "2a00:1450:4001:80b::200e",
]
PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.0.1",
    "192.168.255.255",
    "169.254.0.1",
    "100.64.0.1",
    "100.127.255.254",
    "::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
]
FORBIDDEN = [
    "0.0.0.0",  # noqa: S104 - it is what is refused
    "0.1.2.3",
    "169.254.169.254",
    "100.100.100.200",
    "fd00:ec2::254",
    "192.0.0.1",
    "192.0.2.1",
    "198.51.100.7",
    "203.0.113.9",
    "198.18.0.1",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:0:53aa:64c:0:7fff:f5ff:fffe",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "",
    "localhost",
    "127.1",
    "0x7f000001",
    "2130706433",
    "0177.0.0.1",
    "8.8.8.8\n",
    "8.8.8.8 ",
]


def test_the_table_is_long_enough() -> None:
    assert len(PUBLIC + PRIVATE + FORBIDDEN) >= 60


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("allow_private", [True, False])
def test_public_addresses_are_called(address: str, allow_private: bool) -> None:
    check_address(address, allow_private=allow_private)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_called_where_the_operator_says(address: str) -> None:
    check_address(address, allow_private=True)
    with pytest.raises(Refused, match="address-private"):
        check_address(address, allow_private=False)


@pytest.mark.parametrize("address", FORBIDDEN)
@pytest.mark.parametrize("allow_private", [True, False])
def test_other_addresses_are_never_called(address: str, allow_private: bool) -> None:
    with pytest.raises(Refused, match="address-forbidden"):
        check_address(address, allow_private=allow_private)


def test_of_several_addresses_the_first_that_may_be_called_is_taken() -> None:
    found = choose_address(["127.0.0.1", "::ffff:8.8.8.8", "8.8.4.4", "1.1.1.1"],
                           allow_private=False)  # fmt: skip
    assert found == "8.8.4.4"
    assert choose_address(["127.0.0.1", "8.8.4.4"], allow_private=True) == "127.0.0.1"
    with pytest.raises(Refused, match="address-private"):
        choose_address(["127.0.0.1"], allow_private=False)
    with pytest.raises(Refused, match="address-unknown"):
        choose_address([], allow_private=True)


@pytest.mark.parametrize(
    ("text", "spelled", "authority"),
    [
        ("https://ayllu.example", "https://ayllu.example", "ayllu.example"),
        ("https://AYLLU.example:443/", "https://ayllu.example", "ayllu.example"),
        ("http://ayllu.example:8420", "http://ayllu.example:8420", "ayllu.example:8420"),
        ("http://127.0.0.1:8420/a/b/", "http://127.0.0.1:8420/a/b", "127.0.0.1:8420"),
        ("http://[::1]:8420", "http://[::1]:8420", "[::1]:8420"),
        ("http://[0:0::1]", "http://[::1]", "[::1]"),
        ("http://a:80", "http://a", "a"),
        ("https://xn--mxico-bsa.example", "https://xn--mxico-bsa.example", "xn--mxico-bsa.example"),
    ],
)
def test_addresses_of_peers_have_one_spelling(text: str, spelled: str, authority: str) -> None:
    url = read_peer_url(text)
    assert (url.text, url.authority) == (spelled, authority)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ayllu.example",
        "//ayllu.example",
        "ftp://ayllu.example",
        "file:///etc/passwd",
        "gopher://ayllu.example",
        "http://",
        "http://:80",
        "http:///path",
        "http://user@ayllu.example",
        "http://user:word@ayllu.example",
        "http://ayllu.example@127.0.0.1",
        "http://ayllu.example?x=1",
        "http://ayllu.example#x",
        "http://ayllu.example/?",
        "http://ayllu.example/../x",
        "http://ayllu.example/%2e%2e/x",
        "http://ayllu.example//x",
        "http://ayllu.example\\x",
        "http://ayllu .example",
        "http://ayllu.example\r\nHost: other",
        "http://ayllu.example:0",
        "http://ayllu.example:65536",
        "http://ayllu.example:08420",
        "http://ayllu.example:+80",
        "http://ayllu.example:80:80",
        "http://ayllu.example:",
        "http://-ayllu.example",
        "http://ayllu..example",
        "http://ayllu.example.",
        "http://ayllu_1.example",
        "http://áyllu.example",
        "http://127.1",
        "http://2130706433",
        "http://0x7f.1",
        "http://0x7f000001",
        "http://0177.0.0.1",
        "http://1.2.3.4.5",
        "http://[::1",
        "http://[::1]x",
        "http://[127.0.0.1]",
        "http://[::1%25eth0]",
        "http://" + "a" * 250,
    ],
)
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read_peer_url(text)


def test_a_host_that_is_an_address_is_told_from_a_name() -> None:
    assert is_literal("127.0.0.1")
    assert is_literal("::1")
    assert not is_literal("ayllu.example")


async def test_the_operating_system_knows_localhost() -> None:
    assert set(await resolve("localhost", 80)) <= {"127.0.0.1", "::1"}
    with pytest.raises(Refused, match="address-unknown"):
        await resolve("nobody.invalid", 80)
