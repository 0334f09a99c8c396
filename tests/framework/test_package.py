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


class TestTemplate:
    @pytest.fixture
    def card(self, tmp_path: Path) -> Path:
        (tmp_path / "card.html").write_text(
            "<h1>{{ title }}</h1>\n{% for dish in dishes %}\n"
            "<li>{{ dish.name }}, {{ 1 / dish.price }}\n"
            "{% endfor %}\n"
        )
        return tmp_path

    def test_a_file_is_rendered(self, card: Path) -> None:
        given = ["title=Ann & co", 'dishes:=[{"name": "<soup>", "price": 4}]']
        ended = run("-m", "bistro", "template", "card.html", *given, folder=card)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout == "<h1>Ann &amp; co</h1>\n\n<li>&lt;soup&gt;, 0.25\n\n"

    def test_the_python_is_shown(self, card: Path) -> None:
        ended = run("-m", "bistro", "template", "card.html", "--show", folder=card)
        assert (ended.returncode, ended.stderr) == (0, "")
        compile(ended.stdout, "card.html", "exec")
        assert "for v1_dish in v_dishes:" in ended.stdout

    def test_an_error_names_template_and_line(self, card: Path) -> None:
        given = 'dishes:=[{"name": "air", "price": 0}]'
        ended = run("-m", "bistro", "template", "card.html", given, folder=card)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr == "bistro: card.html, line 3: ZeroDivisionError: division by zero\n"

    def test_a_syntax_error_shows_its_place(self, card: Path) -> None:
        (card / "wrong.html").write_text("fine\n{{ dish. }}\n")
        ended = run("-m", "bistro", "template", "wrong.html", folder=card)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr.startswith("bistro: wrong.html, line 2, column 10: expected")
        assert ended.stderr.count("\n") == 3

    @pytest.mark.parametrize("pair", ["title", "=x", "a b=1", "x:={", ":=1"])
    def test_a_value_without_a_name_is_refused(self, card: Path, pair: str) -> None:
        ended = run("-m", "bistro", "template", "card.html", pair, folder=card)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.count("\n") == 1

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        ended = run("-m", "bistro", "template", "card.html", folder=tmp_path)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr == "bistro: there is no template 'card.html' in .\n"


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
