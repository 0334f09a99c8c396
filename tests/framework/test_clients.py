"""Clients that people use, each in its own way: curl, requests, httpx, Chromium, wrk."""

from __future__ import annotations

import subprocess

import httpx
import pytest
import requests


def site(environ, start_response):
    """Answer `/` with a page that has a style and a picture, anything else with its body."""
    body = environ["wsgi.input"].read()
    kind = "application/octet-stream"
    if environ["PATH_INFO"] == "/":
        kind = "text/html; charset=utf-8"
        links = "".join(f"<link rel=stylesheet href=/style-{n}.css>" for n in range(20))
        body = f"<!doctype html><title>Bistro</title>{links}<h1>Menu</h1>".encode()
    elif environ["PATH_INFO"].endswith(".css"):
        kind, body = "text/css", b"h1 { color: rgb(1, 2, 3) }"
    elif environ["PATH_INFO"] == "/stream":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return iter([b"one ", b"two ", b"three"])
    start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture
def url(serve):
    host, port = serve(site).address
    return f"http://{host}:{port}"


def curl(*arguments, data=None):
    return subprocess.run(
        ["curl", "--silent", "--show-error", "--max-time", "10", *arguments],
        input=data,
        check=True,
        capture_output=True,
    ).stdout


@pytest.mark.needs("curl")
def test_curl_gets_posts_and_goes_on(url):
    assert b"<h1>Menu" in curl(f"{url}/")
    assert b"<h1>Menu" in curl("--http1.0", f"{url}/")
    assert curl("--head", f"{url}/").startswith(b"HTTP/1.1 200 OK\r\n")
    assert curl(f"{url}/stream", f"{url}/stream") == b"one two three" * 2


@pytest.mark.needs("curl")
def test_curl_expects_100_for_a_large_body(url):
    data = b"x" * 2_000_000
    echoed = curl("-H", "Expect: 100-continue", "--data-binary", "@-", f"{url}/e", data=data)
    assert echoed == data


@pytest.mark.needs("curl")
def test_curl_uploads_in_chunks(url):
    data = b"x" * 300_000
    assert curl("-H", "Transfer-Encoding: chunked", "-T", "-", f"{url}/e", data=data) == data


def test_requests_keeps_its_connection(url):
    with requests.Session() as session:
        for size in (0, 1, 70_000, 5_000_000):
            assert session.post(f"{url}/echo", data=b"x" * size).content == b"x" * size
        assert session.get(f"{url}/stream").text == "one two three"


def test_httpx_keeps_its_connection_and_streams(url):
    with httpx.Client() as client:
        assert client.post(f"{url}/echo", content=iter([b"a", b"b" * 70_000])).read()[:2] == b"ab"
        with client.stream("GET", f"{url}/stream") as answer:
            assert b"".join(answer.iter_raw()) == b"one two three"


@pytest.mark.needs("chromium")
def test_chromium_loads_a_page_with_all_that_belongs_to_it(url, browser):
    page = browser.new_page()
    failed = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.goto(url)
    assert page.inner_text("h1") == "Menu"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(1, 2, 3)"
    assert failed == []


@pytest.mark.needs("wrk")
@pytest.mark.parametrize("header", ["Connection: keep-alive", "Connection: close"])
def test_wrk_sees_no_error(url, header):
    output = subprocess.run(
        ["wrk", "-t1", "-c50", "-d1s", "-H", header, f"{url}/stream"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "Requests/sec" in output
    assert "Socket errors" not in output
    assert "Non-2xx" not in output
