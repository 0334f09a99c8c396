"""The package `bistro`: what can be imported from it, and its commands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import bistro

FRAMEWORK = Path(bistro.__file__).parent.parent

# CONTRACTS.md names these as importable from bistro itself.
CONTRACT = """
    App HTTPError JSON MultiDict Request Response Router Server StaticFiles Upload abort redirect
    serve static_url
"""


def run(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder or FRAMEWORK,
        env={"PYTHONPATH": str(FRAMEWORK)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("name", bistro.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(bistro, name) is not None
    assert name in dir(bistro)


def test_the_names_of_the_contract_are_public() -> None:
    assert set(CONTRACT.split()) <= set(bistro.__all__)


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Flask'"):
        _ = bistro.Flask


def test_the_package_alone_imports_no_module_of_its_own() -> None:
    code = "import bistro, sys; print([name for name in sys.modules if name.startswith('bistro.')])"
    assert run("-c", code).stdout == "[]\n"


class TestRoutes:
    SITE = (
        "from bistro import App, Router\n"
        "app = App()\n"
        "staff = Router()\n"
        "@app.route('/dishes/<int:id>', methods=['GET', 'POST'])\n"
        "def dish(request, id): ...\n"
        "@staff.get('/')\n"
        "def home(request): ...\n"
        "app.mount('/staff', staff, name='staff')\n"
        "number = 5\n"
        "def bare(environ, start_response): ...\n"
    )

    def test_a_line_a_route(self, tmp_path: Path) -> None:
        (tmp_path / "shop.py").write_text(self.SITE)
        ended = run("-m", "bistro", "routes", "shop:app", folder=tmp_path)
        assert ended.stderr == ""
        first, second = ended.stdout.splitlines()
        assert first.split()[:4] == ["GET", "POST", "/dishes/<int:id>", "dish"]
        assert first.endswith("shop.py:4")
        assert second.split()[:3] == ["GET", "/staff/", "staff.home"]

    def test_what_has_no_routes(self, tmp_path: Path) -> None:
        (tmp_path / "shop.py").write_text(self.SITE)
        ended = run("-m", "bistro", "routes", "shop:bare", folder=tmp_path)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert "has no routes to list" in ended.stderr
