"""Break it: a guest asks for files that are not on the wall.

The same requests go to two applications, over a socket and byte by byte as they stand here. One is
as many tutorials have it, the other is yours. A word is printed of what each one gives away.
"""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path
from urllib.parse import unquote

from bistro.server import Server
from bistro.static import StaticFiles

TARGETS = (
    "/menu.txt",
    "/../recipes.txt",
    "/../static-staff/wages.txt",
    "/%2e%2e/static-staff/wages.txt",
    "/%252e%252e/static-staff/wages.txt",
    "/..%5cstatic-staff%5cwages.txt",
    "/shortcut.txt",
)
BOMB = "bytes=" + ",".join(["0-"] * 2000)


def build(house: Path) -> Path:
    """Make a folder to serve, and around it what nobody should see."""
    static, staff = house / "static", house / "static-staff"
    static.mkdir()
    staff.mkdir()
    (static / "menu.txt").write_text("menu " * 100)
    (staff / "wages.txt").write_text("WAGES of the staff")
    (house / "recipes.txt").write_text("RECIPES of the house")
    (static / "shortcut.txt").symlink_to(house / "recipes.txt")
    (static / "menu.txt.gz").symlink_to(house / "recipes.txt")
    return static


def careless(static: Path):
    """Return an application that looks at the path only once, and at its beginning only."""

    def app(environ, start_response):
        path = os.path.abspath(f"{static}/{unquote(environ['PATH_INFO'])}")  # noqa: PTH100
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") and Path(path + ".gz").exists():
            path += ".gz"
        if not path.startswith(str(static)) or not Path(path).is_file():
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"nothing"]
        data = Path(path).read_bytes()
        ranges = environ.get("HTTP_RANGE", "")
        start_response("206 Partial Content" if ranges else "200 OK", [])
        return [data] * (ranges.count("0-") or 1)

    return app


def ask(address: tuple[str, int], target: str, field: str = "A: b") -> bytes:
    """Send one request, and return the answer's body."""
    with socket.create_connection(address, timeout=5) as guest:
        head = f"GET {target} HTTP/1.1\r\nHost: bistro\r\n{field}\r\nConnection: close\r\n\r\n"
        guest.sendall(head.encode())
        answer = b"".join(iter(lambda: guest.recv(65_536), b""))
    return answer.partition(b"\r\n\r\n")[2]


def word(body: bytes) -> str:
    """The first word of a body, `-` for a page that says 404."""
    first = body.split()[0].decode()
    return "-" if first in ("nothing", "404") else first


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as house:
        static = build(Path(house).resolve())
        with (
            Server(careless(static), port=0) as theirs,
            Server(StaticFiles(static), port=0) as yours,
        ):
            doors = (theirs.address, yours.address)
            print(f"{'':36}careless  yours")
            for target in TARGETS:
                print(f"{target:36}{word(ask(doors[0], target)):10}{word(ask(doors[1], target))}")
            line = "Accept-Encoding: gzip"
            packed = [word(ask(door, "/menu.txt", line)) for door in doors]
            print(f"{'/menu.txt, compressed':36}{packed[0]:10}{packed[1]}")
            sizes = [len(ask(door, "/menu.txt", f"Range: {BOMB}")) for door in doors]
            print(f"{'/menu.txt, 2,000 times in bytes':36}{sizes[0]:<10}{sizes[1]}")
