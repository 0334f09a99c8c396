"""The site, built once for all tests of the session."""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Site:
    """A built site, and what its builder said."""

    folder: Path
    said: str

    @property
    def pages(self) -> list[str]:
        """The address of every page, relative to the site's; `` is the first page."""
        indexes = (path.relative_to(self.folder) for path in self.folder.rglob("index.html"))
        return sorted(index.as_posix().removesuffix("index.html") for index in indexes)


def build(builder: str, folder: Path, root: Path = ROOT) -> Site:
    """Build the site of `root` in `folder` with `mkdocs` or `zensical`, strictly.

    It is built from a copy, since Zensical can be told no other place for what it makes.
    """
    shutil.copytree(root / "chapters", folder / "chapters")
    shutil.copytree(root / "framework", folder / "framework")
    shutil.copy(root / "mkdocs.yml", folder)
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-m", builder, "build", "--strict"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths), "NO_MKDOCS_2_WARNING": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{builder} does not build the site:\n{done.stdout}"
    return Site(folder / "site", done.stdout)


@pytest.fixture(scope="session")
def mkdocs_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return build("mkdocs", tmp_path_factory.mktemp("mkdocs"))


@pytest.fixture(scope="session")
def zensical_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    if importlib.util.find_spec("zensical") is None:
        pytest.skip("needs zensical, which is in course/requirements/all.txt")
    return build("zensical", tmp_path_factory.mktemp("zensical"))


@pytest.fixture(scope="session")
def serve() -> Iterator[Any]:
    """A function that serves a folder from this machine and gives its address."""
    servers = []

    def start(folder: Path) -> str:
        handler = functools.partial(_Quiet, directory=str(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base's name
        pass
