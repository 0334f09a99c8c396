"""The benchmarks' command: `python3 -m benchmarks heads`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).parent.parent / "framework"))

rounds = click.option("--rounds", default=7, show_default=True, help="Measurements a subject.")
seconds = click.option("--seconds", default=2, show_default=True, help="Length of each load.")


@click.group()
def main() -> None:
    """Measure Bistro side by side with its peers. Let nothing else run meanwhile."""


@main.command()
@rounds
def app(rounds: int) -> None:
    """Call an application: beside Falcon, Bottle, Pyramid, Flask, Django, Starlette."""
    from benchmarks import app

    app.run(rounds)


@main.command()
@rounds
def heads(rounds: int) -> None:
    """Parse the head of a request: beside waitress, h11, gunicorn, http.server."""
    from benchmarks import heads

    heads.run(rounds)


@main.command()
@rounds
def imports(rounds: int) -> None:
    """Import the server, and the web part: beside waitress, Bottle and others."""
    from benchmarks import imports

    imports.run(rounds)


@main.command()
@rounds
def urlencoded(rounds: int) -> None:
    """Read a plain form: beside the standard library and Falcon, whose parser is C."""
    from benchmarks import urlencoded

    urlencoded.run(rounds)


@main.command()
@rounds
def multipart(rounds: int) -> None:
    """Read a form with a large file: beside multipart, python-multipart, Django, Werkzeug."""
    from benchmarks import multipart

    multipart.run(rounds)


@main.command()
@rounds
def routing(rounds: int) -> None:
    """Find a path's route: beside Werkzeug, Falcon, which compiles 10,000 for over a minute."""
    from benchmarks import routing

    routing.run(rounds)


@main.command()
@rounds
def templates(rounds: int) -> None:
    """Render and compile templates: beside Jinja, Mako, Chameleon, Django, Tornado, Bottle."""
    from benchmarks import templates

    templates.run(rounds)


@main.command()
@rounds
def orm(rounds: int) -> None:
    """Read and write rows by models: beside Django, SQLAlchemy, peewee, Pony."""
    from benchmarks import orm

    orm.run(rounds)


@main.command()
@rounds
@seconds
def server(rounds: int, seconds: int) -> None:
    """Serve under load: beside waitress, cheroot, gunicorn, wsgiref."""
    from benchmarks import servers

    servers.run(rounds, seconds)


@main.command()
@rounds
@seconds
def growth(rounds: int, seconds: int) -> None:
    """Serve with more connections, more processes; memory a connection."""
    from benchmarks import servers

    servers.grow(rounds, seconds)


@main.command()
@rounds
@click.option("--selftest", is_flag=True, help="Measure the whole selftest, too; takes minutes.")
def loop(rounds: int, selftest: bool) -> None:
    """Learn with it: set-up, start, save to verdict, tests, pages."""
    from benchmarks import loop

    loop.run(rounds, selftest=selftest)


if __name__ == "__main__":
    main()
