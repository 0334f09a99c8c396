"""The framework's commands: `python -m bistro serve package.module:app`, `routes`, `template`,
`makemigrations`, `migrate`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

from bistro.routing import Router
from bistro.server import on_signals, serve
from bistro.sockets import BistroError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

RELOAD_SECONDS = 0.5
"""Seconds between two looks at the files of a program that reloads itself."""
CHANGED = 3
"""Exit status of a process that ended because a file of its program changed."""


MODELS = "the module of the models; by default `models`, or `app`"
TARGET = "the module; the migration to go to, by its name or number, or `zero`; by default the last"


class UsageError(BistroError):
    """What the command line asks for can't be done; the message says what would be right."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command in `arguments` (the process's own by default) and return its exit status."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except BistroError as error:
        print(f"bistro: {error}", file=sys.stderr)
        return 2


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m bistro", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="command")
    command = commands.add_parser("serve", help="serve a WSGI application")
    command.set_defaults(run=run_serve)
    command.add_argument("app", metavar="MODULE:APP", help="where the application is")
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    command.add_argument(
        "--port", type=number_from(0), default=8000, help="port, 0 for a free one (%(default)s)"
    )
    command.add_argument(
        "--threads", type=number_from(1), default=8, help="threads a process (%(default)s)"
    )
    command.add_argument(
        "--workers", type=number_from(1), default=1, help="processes (%(default)s)"
    )
    command.add_argument("--access-log", action="store_true", help="log each request")
    command.add_argument(
        "--reload", action="store_true", help="start again when a file of the program changes"
    )
    command = commands.add_parser("routes", help="list the routes of an application")
    command.set_defaults(run=run_routes)
    command.add_argument("app", metavar="MODULE:APP", help="where the application is")
    command = commands.add_parser("template", help="render a template, or show what it becomes")
    command.set_defaults(run=run_template)
    command.add_argument("file", metavar="FILE", help="the template; others are found beside it")
    command.add_argument(
        "values",
        metavar="NAME=VALUE",
        nargs="*",
        help="what it is given: text, or JSON by NAME:=VALUE",
    )
    command.add_argument(
        "--show", action="store_true", help="print the Python it is compiled to, and render nothing"
    )
    command = commands.add_parser("makemigrations", help="write down how the models have changed")
    command.set_defaults(run=run_makemigrations)
    command.add_argument("module", metavar="MODULE", nargs="?", help=MODELS)
    command.add_argument(
        "--name", metavar="NAME", help="what to call the migration, in a-z, 0-9 and _"
    )
    command.add_argument(
        "--check", action="store_true", help="write nothing; 1 when something has changed"
    )
    add_directory(command)
    command = commands.add_parser("migrate", help="bring a database to a migration")
    command.set_defaults(run=run_migrate)
    command.add_argument("words", metavar="[MODULE] [TARGET]", nargs="*", help=TARGET)
    command.add_argument(
        "--database", metavar="URL", help="by default DATABASE_URL, or what the module connects to"
    )
    command.add_argument(
        "--fake", action="store_true", help="write down that they were run, and run none"
    )
    command.add_argument("--list", action="store_true", help="list them, and run none")
    add_directory(command)
    return top


def add_directory(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--directory",
        metavar="DIR",
        type=Path,
        default=Path("migrations"),
        help="where the migrations are (%(default)s)",
    )


def number_from(least: int) -> Callable[[str], int]:
    """Return a converter for whole numbers of `least` or more."""

    def convert(text: str) -> int:
        if not (text.isascii() and text.isdigit() and int(text) >= least):
            raise argparse.ArgumentTypeError(f"a whole number from {least} on, not {text!r}")
        return int(text)

    return convert


def run_serve(options: argparse.Namespace) -> int:
    """Serve the application that `options` names, until a signal ends it."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("bistro.access").setLevel(
        logging.INFO if options.access_log else logging.WARNING
    )
    if options.reload and options.workers > 1:
        raise UsageError("--reload is for development, with one process: leave --workers out")
    if options.reload and "BISTRO_RELOADED" not in os.environ:
        return reload_forever()
    app = load(options.app)
    if options.reload:
        watcher = threading.Thread(
            target=exit_on_change, args=[changed_times()], name="bistro-reload", daemon=True
        )
        watcher.start()
    serve(app, options.host, options.port, threads=options.threads, workers=options.workers)
    return 0


def run_routes(options: argparse.Namespace) -> int:
    """Print the routes of the application that `options` names: methods, path, name, where."""
    app = load(options.app)
    if not isinstance(app, Router):
        raise UsageError(f"{options.app} has no routes to list: it is no bistro.App or Router")
    rows = [
        (" ".join(route.methods), route.host + route.path, route.name, route.where)
        for route in app.routes()
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for row in rows:
        cells = [text.ljust(width) for text, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[3]]))
    return 0


def run_template(options: argparse.Namespace) -> int:
    """Print the file that `options` names rendered, or compiled; 1 where it has an error."""
    from bistro.templates import Environment, FileLoader

    file = Path(options.file)
    values = dict(map(given, options.values))
    environment = Environment(FileLoader(file.parent))
    try:
        template = environment.get_template(file.name)
        print(template.python.rstrip("\n") if options.show else template.render(values))
    except Exception as error:  # noqa: BLE001  whatever it is, it is the template's
        print(f"bistro: {in_words(error, file)}", file=sys.stderr)
        return 1
    return 0


def run_makemigrations(options: argparse.Namespace) -> int:
    """Write the migration from the last one to the models, and print its name."""
    from bistro.orm.autodetect import defined_models, detect, make_migration, state_of
    from bistro.orm.migrations import load as load_migrations
    from bistro.orm.migrations import states

    import_models(options.module)
    models = defined_models()
    if options.check:
        last = states(load_migrations(options.directory))[-1]
        operations = detect(last, state_of(models), lambda question: True)
        print("\n".join(f"  {one}" for one in operations) or "nothing has changed")
        return 1 if operations else 0
    path = make_migration(models, options.directory, ask, options.name)
    print(f"wrote {path}" if path else "nothing has changed")
    return 0


def run_migrate(options: argparse.Namespace) -> int:
    """Run the migrations that are needed, or undo those that are too many."""
    from bistro.orm.database import connect, default_database
    from bistro.orm.migrations import applied, migrate
    from bistro.orm.migrations import load as load_migrations

    targets = [word for word in options.words if word[:1].isdigit() or word == "zero"]
    modules = [word for word in options.words if word not in targets]
    if len(targets) > 1 or len(modules) > 1:
        raise UsageError("migrate takes one module and one target")
    url = options.database or os.environ.get("DATABASE_URL")
    if modules or not url:
        import_models(modules[0] if modules else None)
    db = connect(url) if url else default_database()
    if options.list:
        had = applied(db)
        for migration in load_migrations(options.directory):
            print(f"[{'x' if migration.name in had else ' '}] {migration.name}")
        return 0
    if not migrate(db, options.directory, *targets, fake=options.fake):
        print("nothing to do")
    return 0


def import_models(name: str | None) -> None:
    """Import the module of the models. Raises `UsageError` when it is not there."""
    sys.path.insert(0, str(Path.cwd()))
    names = [name.partition(":")[0]] if name else ["models", "app"]
    for candidate in names:
        try:
            importlib.import_module(candidate)
        except ModuleNotFoundError as error:
            if error.name and f"{candidate}.".startswith(f"{error.name}."):
                continue
            raise
        return
    raise UsageError(f"there is no module {' or '.join(names)} in {Path.cwd()}: name it")


def ask(question: str) -> bool:
    """Ask who sits at the terminal; nobody says no."""
    if not sys.stdin.isatty():
        print(f"{question} Nobody is there to ask: no.")
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def given(pair: str) -> tuple[str, Any]:
    """Return name and value of `NAME=VALUE` or, with the value in JSON, `NAME:=VALUE`.

    Raises `UsageError` for what is neither.
    """
    name, equals, value = pair.partition("=")
    is_json = name.endswith(":")
    name = name.removesuffix(":")
    if not (equals and name.isidentifier()):
        raise UsageError(f"a value is given as NAME=VALUE or NAME:=JSON, not {pair!r}")
    if not is_json:
        return name, value
    try:
        return name, json.loads(value)
    except ValueError as error:
        raise UsageError(f"the value of {name} is not JSON: {error}") from error


def in_words(error: Exception, file: Path) -> str:
    """Return one message for what a template raised: where, and what."""
    from bistro.templates import TemplateNotFound, TemplateSyntaxError
    from bistro.templates.template import LINES

    if isinstance(error, (TemplateSyntaxError, TemplateNotFound)):
        return str(error)
    where = str(file)
    for frame, line in traceback.walk_tb(error.__traceback__):
        if LINES in frame.f_globals:
            where = f"{frame.f_globals['template'].name}, line {line}"
    return f"{where}: {type(error).__name__}: {error}"


def load(name: str) -> Any:
    """Return the application that `name`, such as `package.module:app`, stands for.

    The current folder is searched first. Raises `UsageError` when it is not there; an error in the
    module itself comes through.
    """
    module_name, colon, attribute = name.partition(":")
    if not (module_name and colon and attribute):
        raise UsageError(f"an application is named MODULE:APP, as in shop:app, not {name!r}")
    sys.path.insert(0, str(Path.cwd()))
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and f"{module_name}.".startswith(f"{error.name}."):
            raise UsageError(f"there is no module {error.name!r} in {Path.cwd()}") from error
        raise
    app: Any = module
    for part in attribute.split("."):
        if not hasattr(app, part):
            raise UsageError(f"{module_name} has no {attribute!r}")
        app = getattr(app, part)
    if not callable(app):
        raise UsageError(f"{name} is not an application: it can't be called")
    return app


def reload_forever() -> int:
    """Run this command in a child process, and again whenever that ends because a file changed."""
    environment = {**os.environ, "BISTRO_RELOADED": "1"}
    command = [sys.executable, "-m", "bistro", *sys.argv[1:]]
    while True:
        child = subprocess.Popen(command, env=environment)  # noqa: S603 - our own command
        with on_signals(child.terminate):
            status = child.wait()
        if status != CHANGED:
            return status


def exit_on_change(seen: dict[str, float]) -> None:
    """End the process as soon as a module's file was changed at another time than in `seen`."""
    while True:
        time.sleep(RELOAD_SECONDS)
        now = changed_times()
        if any(now.get(file) != changed for file, changed in seen.items()):
            logging.getLogger("bistro.server").info("a file changed, starting again")
            os._exit(CHANGED)
        seen = now


def changed_times() -> dict[str, float]:
    """Return when each file of the modules imported so far was changed last, by its path."""
    times = {}
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and Path(file).exists():
            times[file] = Path(file).stat().st_mtime
    return times


if __name__ == "__main__":
    sys.exit(main())
