"""No spelling of an inner address is ever dialled: 0 hits on the inner server."""

from __future__ import annotations

import socket

import pytest
from aiohttp.abc import AbstractResolver

from tests.servers import Loopback, redirect, reply
from tests.test_http import fetch, fetch_all
from transforms._http import FetchSettings, Request
from transforms._http.guard import AddressBlocked, AddressGuard, check_host, is_public

# The outer server is allowed, its inner neighbour is not.
SETTINGS = FetchSettings(site_delay_seconds=0, allow_private_networks=("127.0.0.2/32",), retries=0, site_budget=None)

HOSTS = """
127.0.0.1 127.1 127.0.1 0 0.0.0.0 0.0.0.0. 127.0.0.1. 127.1. 2130706433 2130706433. 0x7f000001 0x7f.1 0x7f.0.0.1
0X7F.0x0.0x0.0x1 017700000001 0177.0.0.1 0177.1 00000177.0.0.1 127.000.000.001 127.0x0.0.1 127.0.0.01
[::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1]
[64:ff9b:1::7f00:1] [2002:7f00:1::] [2001:0:7f00:1::1] [fe80::1%25lo] [::1%25lo] [0000::0001]
localhost LOCALHOST localhost. localhost.localdomain ip6-localhost foo.localhost inner.example inner.example.
127.0.0.1.nip.example 127\u30020\u30020\u30021 \uff11\uff12\uff17.0.0.1 \u2460\u2461\u2466.0.0.1 loc\u00adalhost
metadata.google.internal metadata.google.internal. METADATA.goog 169.254.169.254 [fd00:ec2::254] 100.100.100.200
127.0.0.1#@outer.example 127.0.0.1\\@outer.example outer.example@127.0.0.1 outer.example:80@127.0.0.1 %31%32%37.0.0.1
""".split()


class Inward(AbstractResolver):
    """Says that every name is at 127.0.0.1, or what answers says."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    async def resolve(self, host, port=0, family=socket.AF_INET):
        self.asked.append(host)
        addresses = self.answers.pop(0) if self.answers else ["127.0.0.1"]
        return [
            {
                "hostname": host, "host": address, "port": port, "proto": 0, "flags": socket.AI_NUMERICHOST,
                "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
            }
            for address in addresses
        ]  # fmt: skip

    async def close(self):
        pass


@pytest.fixture(scope="module")
def net():
    with Loopback() as loopback:
        yield loopback


@pytest.fixture(scope="module")
def inner(net):
    return net.web_port_site({"*": reply(b"secret")})


@pytest.fixture(scope="module")
def outer(net):
    return net.site({}, host="127.0.0.2")


def test_the_inner_server_is_there(inner):
    settings = FetchSettings(site_delay_seconds=0, allow_private_networks=("127.0.0.1/32",))
    assert fetch(inner.url("/"), settings=settings).body == b"secret"
    assert fetch("http://inner.example:%d/" % inner.port, settings=settings, resolver=Inward()).body == b"secret"


def test_no_spelling_reaches_the_inner_server_neither_at_once_nor_by_redirect(inner, outer):
    assert len(HOSTS) >= 40
    urls = [url for host in HOSTS for url in ("http://%s:%d/" % (host, inner.port), "//%s:%d/" % (host, inner.port))]
    outer.routes = {"/%d" % number: redirect(url) for number, url in enumerate(urls)}
    requests = [Request(url, kind) for url in urls[::2] for kind in ("page", "feed")]
    requests += [Request(outer.url("/%d" % number), kind) for number in range(len(urls)) for kind in ("page", "feed")]
    before = inner.connections
    responses = fetch_all(requests, SETTINGS, resolver=Inward())
    assert inner.connections == before
    assert {response.error_code for response in responses} <= {"ssrf_blocked", "bad_url", "redirect_refused"}
    assert all(response.body == b"" for response in responses)
    # All that is a public name in form is stopped where it is dialled, not by luck.
    assert fetch("http://inner.example:%d/" % inner.port, settings=SETTINGS, resolver=Inward())[10] == "ssrf_blocked"


def test_a_redirect_to_an_inner_port_of_an_allowed_name_is_judged_by_its_address(inner, outer):
    outer.routes = {"/a": redirect("http://inner.example:%d/" % inner.port)}
    before = inner.connections
    response = fetch(outer.url("/a"), settings=SETTINGS, resolver=Inward())
    assert (response.error_code, response.stage, response.retryable) == ("ssrf_blocked", "resolve", False)
    assert inner.connections == before


def test_a_name_that_moves_inward_between_two_look_ups_is_not_followed(inner, outer):
    outer.routes = {"/a": redirect("http://rebind.example:%d/" % inner.port)}
    resolver = Inward(["127.0.0.2"], ["127.0.0.1"])
    before = inner.connections
    response = fetch("http://rebind.example:%d/a" % outer.port, settings=SETTINGS, resolver=resolver)
    assert resolver.asked == ["rebind.example"] * 2
    assert outer.paths()[-1] == "/a"
    assert (response.error_code, inner.connections) == ("ssrf_blocked", before)


def test_of_many_addresses_only_the_allowed_are_dialled(inner, outer):
    answers = [
        ["10.0.0.1", "127.0.0.1"],
        ["::1", "127.0.0.1"],
        ["169.254.169.254", "::ffff:127.0.0.1", "127.0.0.1"],
    ] * 100
    before = inner.connections
    requests = [Request("http://n%d.example:%d/" % (number, inner.port), "page") for number in range(300)]
    responses = fetch_all(requests, SETTINGS, resolver=Inward(*answers))
    assert {response.error_code for response in responses} == {"ssrf_blocked"}
    assert inner.connections == before
    outer.routes = {"*": reply(b"public")}
    url = "http://both.example:%d/" % outer.port
    assert fetch(url, settings=SETTINGS, resolver=Inward(["127.0.0.1", "127.0.0.2"])).body == b"public"


@pytest.mark.parametrize(
    "address",
    "0.0.0.0 0.1.2.3 10.1.2.3 100.64.0.1 100.127.255.255 100.100.100.200 127.0.0.1 127.255.255.254 169.254.169.254 "
    "172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.1 "
    "203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16 "
    ":: ::1 ::8.8.8.8 ::ffff:8.8.8.8 ::ffff:127.0.0.1 ::ffff:0:8.8.8.8 64:ff9b::8.8.8.8 64:ff9b:1::1 100::1 2001::1 "
    "2001:db8::1 2002:808:808::1 3fff::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1".split(),
)
def test_addresses_that_are_not_public(address):
    assert not is_public(address)
    assert not AddressGuard().allows(address, 443)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_public_addresses_on_the_ports_of_the_web(address):
    assert [port for port in (22, 25, 80, 443, 6379, 8080, 8443, 9200) if AddressGuard().allows(address, port)] == [
        80, 443, 8080, 8443,
    ]  # fmt: skip


def test_an_allowed_network_is_allowed_on_any_port_and_in_its_own_form_only():
    guard = AddressGuard(("10.1.0.0/16", "fd00::/8"))
    assert guard.allows("10.1.2.3", 9_999)
    assert guard.allows("fd00::5", 22)
    assert not guard.allows("10.2.0.1", 80)
    assert not guard.allows("::ffff:10.1.2.3", 80)
    with pytest.raises(ValueError, match="host bits"):
        AddressGuard(("10.1.2.3/16",))


@pytest.mark.parametrize("host", ["metadata.google.internal", "METADATA.google.internal.", "metadata.goog"])
def test_metadata_services_are_refused_by_name(host):
    with pytest.raises(AddressBlocked):
        check_host(host)


@pytest.mark.parametrize(
    "host", ["2130706433", "127.1", "0x7f.1", "0177.0.0.1", "127.0.0.1.example.0x1", "8.8.8.08", "0x"]
)
def test_hosts_that_are_numbers_in_another_than_the_dotted_form_are_refused(host):
    with pytest.raises(ValueError):
        check_host(host)


def test_no_socket_is_made_for_a_blocked_address():
    with pytest.raises(AddressBlocked):
        AddressGuard().open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))


@pytest.mark.parametrize(
    "host", ["example.org", "4chan.example", "1.example", "127.0.0.1", "::1", "0xfoo", "a.0xcafe-1"]
)
def test_hosts_that_need_a_look_up_or_none(host):
    check_host(host)
