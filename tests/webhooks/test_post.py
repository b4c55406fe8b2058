"""Posting: what goes out, what is made of replies, and where nothing goes."""

import asyncio
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tellback.webhooks.post import NotPosted, Poster, Reply
from tests.webhooks.receivers import OK, answer, never, receiving


@pytest.fixture
async def poster() -> AsyncIterator[Poster]:
    made = Poster(timeout=2.0)
    yield made
    made.close()


async def test_a_body_arrives_whole_with_its_headers(poster: Poster) -> None:
    async with receiving() as receiver:
        url = receiver.url + "?key=1&x"
        assert await poster.post(url, [("webhook-id", "e1")], b'{"a":1}') == Reply(204)
    call = receiver.calls[0]
    assert call.line == "POST /hook?key=1&x HTTP/1.1"
    assert call.body == b'{"a":1}'
    assert call.headers["content-type"] == "application/json"
    assert call.headers["host"] == receiver.url.split("/")[2]
    assert call.id == "e1"


async def test_a_refusal_says_why(poster: Poster) -> None:
    chunked = b"HTTP/1.1 422 No\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunked += b"4\r\nno, \r\n3\r\nno\x1b\r\n0\r\n\r\n"
    async with receiving(answer(500, b" it \n broke\x00 "), chunked) as receiver:
        assert await poster.post(receiver.url, [], b"") == Reply(500, "it broke")
        assert await poster.post(receiver.url, [], b"") == Reply(422, "no, no")


async def test_no_redirect_is_followed(poster: Poster) -> None:
    async with receiving() as other, receiving() as receiver:
        receiver.answers = [answer(307, b"", f"Location: {other.url}")]
        assert (await poster.post(receiver.url, [], b"{}")).status == 307
        assert other.calls == []


async def test_an_interim_answer_is_not_the_answer(poster: Poster) -> None:
    async with receiving(b"HTTP/1.1 100 Continue\r\n\r\n" + OK) as receiver:
        assert (await poster.post(receiver.url, [], b"{}")).status == 204


async def test_a_good_answer_is_not_read_to_its_end(poster: Poster) -> None:
    async def drip() -> bytes:
        return b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nx"

    async with receiving(drip) as receiver:
        assert await poster.post(receiver.url, [], b"{}") == Reply(200)


async def test_an_endless_refusal_is_cut(poster: Poster) -> None:
    async with receiving(b"HTTP/1.1 500 No\r\n\r\n" + b"a" * 5_000_000) as receiver:
        reply = await poster.post(receiver.url, [], b"{}")
    assert reply == Reply(500, "a" * 200)


async def test_who_does_not_answer_in_time_is_left(poster: Poster) -> None:
    poster = Poster(timeout=0.2)
    async with receiving(never) as receiver:
        with pytest.raises(NotPosted, match=r"no answer within 0\.2 seconds"):
            await poster.post(receiver.url, [], b"{}")


async def test_a_refusal_that_does_not_end_still_counts(poster: Poster) -> None:
    poster = Poster(timeout=0.2)

    async def begin() -> bytes:
        return b"HTTP/1.1 503 No\r\nContent-Length: 100\r\n\r\nbusy"

    async with receiving(begin) as receiver:
        assert (await poster.post(receiver.url, [], b"{}")).status == 503


@pytest.mark.parametrize("said", [b"220 smtp ready\r\n", b"\x16\x03\x01garbage", b"HTTP/1.1 x\r\n"])
async def test_what_is_not_http_is_no_answer(poster: Poster, said: bytes) -> None:
    async with receiving(said) as receiver:
        with pytest.raises(NotPosted, match="not HTTP"):
            await poster.post(receiver.url, [], b"{}")


async def test_a_closed_connection_is_no_answer(poster: Poster) -> None:
    async with receiving(b"") as receiver:
        with pytest.raises(NotPosted, match="closed without an answer"):
            await poster.post(receiver.url, [], b"{}")


async def test_where_nobody_listens_that_is_said(poster: Poster) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(NotPosted, match="refused"):
            await poster.post(f"http://127.0.0.1:{port}/", [], b"{}")


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]"])
async def test_a_clouds_own_addresses_are_refused(poster: Poster, host: str) -> None:
    with pytest.raises(NotPosted, match="ever posted"):
        await poster.post(f"http://{host}/latest/meta-data", [], b"{}")


async def test_a_name_that_leads_to_such_an_address_is_refused(
    poster: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(NotPosted, match="ever posted"):
        await poster.post("http://harmless.example/", [], b"{}")


async def test_a_name_that_nobody_has_is_no_fault_of_ours(
    poster: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NotPosted, match="leads nowhere"):
        await poster.post("http://nobody.example/", [], b"{}")


async def test_the_next_address_is_tried(poster: Poster, monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving() as receiver:
        port = int(receiver.url.split(":")[2].split("/")[0])
        addresses = [("127.0.0.9", port), ("127.0.0.1", port)]
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", each) for each in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        assert (await poster.post(f"http://two.example:{port}/", [], b"{}")).status == 204


async def test_a_certificate_is_looked_at(poster: Poster, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    made += ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)]
    made += ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    with pytest.raises(NotPosted, match="certificate is not good"):
        await poster.post(url, [], b"{}")
    poster._verifying().load_verify_locations(certificate)
    assert (await poster.post(url, [], b"{}")).status == 204
    server.close()
