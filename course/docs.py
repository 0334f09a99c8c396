"""The pages: built when they are stale, served from this machine, opened in the browser."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from course.book import Step

SOURCES = ("chapters", "framework/bistro", "course/site", "mkdocs.yml")
SITE = "site"
PORT = 8008


class DocsError(Exception):
    """The pages cannot be built; the message holds what the builder said."""


def is_stale(root: Path) -> bool:
    """Whether a source is newer than the site, or there is none."""
    try:
        built = (root / SITE / "index.html").stat().st_mtime
    except FileNotFoundError:
        return True
    return any(path.stat().st_mtime > built for path in _sources(root))


def build(root: Path) -> None:
    """Build the site; DocsError with the builder's words where it fails."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", SITE]
    done = subprocess.run(  # noqa: S603  the command is ours, and there is no shell
        command,
        cwd=root,
        capture_output=True,
        text=True,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )
    if done.returncode != 0:
        raise DocsError(f"The pages cannot be built:\n{(done.stderr or done.stdout).strip()}")


def server(root: Path, port: int = PORT) -> ThreadingHTTPServer:
    """A server for the built site on 127.0.0.1; any free port where the wanted one is taken."""
    handler = functools.partial(_Quiet, directory=str(root / SITE))
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError:
        return ThreadingHTTPServer(("127.0.0.1", 0), handler)


def address(site: ThreadingHTTPServer, step: Step | None = None) -> str:
    """Where a step is explained; the front page without one."""
    home = f"http://127.0.0.1:{site.server_address[1]}/"
    if step is None:
        return home
    from markdown.extensions.toc import slugify

    anchor = slugify(f"Step {step.number}: {step.title}", "-")
    return f"{home}{step.chapter.folder}/#{anchor}"


def open_browser(url: str) -> bool:
    """Open a page where there is a screen for it; False where the learner has to."""
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform not in ("win32", "darwin") and not screen and "BROWSER" not in os.environ:
        return False  # what would open is a browser in this very terminal
    return webbrowser.open(url)


def _sources(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        path = root / name
        if path.is_dir():
            yield from (p for p in path.rglob("*") if p.suffix != ".pyc" and p.is_file())
        elif path.exists():
            yield path


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base's name
        pass
