"""Chapter 14: the ledger.

Bills are opened at the tables, moved, and paid into the till. All of it is in a file, and what
belongs together happens as a whole: pull the plug in the middle, and start again.
"""

from __future__ import annotations

import getpass
import os
import tempfile
from decimal import Decimal
from pathlib import Path

from bistro.app import App
from bistro.errors import HTTPError, abort
from bistro.forms import CharField, ChoiceField, DecimalField, Form
from bistro.orm.database import Database, IntegrityError, connect
from bistro.response import redirect
from bistro.server import serve
from bistro.static import StaticFiles
from bistro.templates.rendering import Templates

HERE = Path(__file__).parent
SEATS = range(1, 13)
"""The tables of the house, by their numbers."""
LATEST = 10
"""Takings that the page shows."""
PLUG = 70
"""Exit status of a restaurant whose plug was pulled."""
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'"
TABLES = (
    """
    CREATE TABLE IF NOT EXISTS bill (
        seat INTEGER PRIMARY KEY,
        guest TEXT NOT NULL,
        cents INTEGER NOT NULL CHECK (cents > 0)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS taking (
        id INTEGER PRIMARY KEY,
        guest TEXT NOT NULL,
        cents INTEGER NOT NULL CHECK (cents > 0)
    )
    """,
)


class Bill(Form):
    """What a table has to pay."""

    seat = ChoiceField([(seat, f"Table {seat}") for seat in SEATS], label="Table")
    guest = CharField(max_length=40, autocomplete="off")
    euros = DecimalField(
        min_value=Decimal("0.01"), max_value=999, decimal_places=2, label="Bill in euros"
    )


class Ledger:
    """The bills and the till, in a database; every change is a transaction."""

    def __init__(self, db: Database) -> None:
        self.db = db
        with db.transaction():
            for sql in TABLES:
                db.execute(sql)

    def bills(self):
        """The open bills: table, guest, cents."""
        return self.db.execute("SELECT seat, guest, cents FROM bill ORDER BY seat").rows

    def takings(self):
        """The latest takings: guest, cents."""
        sql = "SELECT guest, cents FROM taking ORDER BY id DESC LIMIT ?"
        return self.db.execute(sql, (LATEST,)).rows

    def sums(self):
        """The cents on the tables, and those in the till."""
        sql = "SELECT (SELECT total(cents) FROM bill), (SELECT total(cents) FROM taking)"
        return [int(cents) for cents in self.db.execute(sql).rows[0]]

    def open(self, seat, guest, cents):
        """Open a bill. Raises `IntegrityError` when the table has one."""
        self.db.execute("INSERT INTO bill VALUES (?, ?, ?)", (seat, guest, cents))

    def move(self, seat, to):
        """Move a bill to another table; whether there was one. Raises `IntegrityError` likewise."""
        return self.db.execute("UPDATE bill SET seat = ? WHERE seat = ?", (to, seat)).count == 1

    def pay(self, seat, in_the_middle):
        """Move a bill into the till, and call a function in the middle; whether there was one."""
        with self.db.transaction():
            found = self.db.execute("SELECT guest, cents FROM bill WHERE seat = ?", (seat,)).rows
            if not found:
                return False
            self.db.execute("DELETE FROM bill WHERE seat = ?", (seat,))
            in_the_middle()
            self.db.execute("INSERT INTO taking (guest, cents) VALUES (?, ?)", found[0])
        return True


def pull_the_plug():
    """End the process at once: nothing is closed, nothing is said goodbye to."""
    os._exit(PLUG)


def euros(cents):
    """A filter: cents as a guest reads them."""
    return f"{cents / 100:.2f} €"


class Restaurant:
    """The pages of the ledger."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.ledger = Ledger(db)
        self.templates = Templates(HERE / "templates", filters={"euros": euros})

    def show(self, request, form, status=200):
        """The ledger, and what the database was asked for it."""
        with self.db.queries() as log:
            bills, takings = self.ledger.bills(), self.ledger.takings()
            on_tables, in_till = self.ledger.sums()
        return self.templates.render(
            request,
            "ledger.html",
            status=status,
            form=form,
            seats=SEATS,
            bills=bills,
            takings=takings,
            on_tables=on_tables,
            in_till=in_till,
            log=log,
        )

    def index(self, request):
        """Show the ledger; or open a bill."""
        form = Bill.from_request(request)
        if form.is_valid():
            try:
                self.ledger.open(
                    form.data["seat"], form.data["guest"], int(form.data["euros"] * 100)
                )
                return redirect(request.url_for("ledger"), 303)
            except IntegrityError:
                form.add_error("seat", "That table has a bill already.")
        return self.show(request, form, 422 if form.is_bound else 200)

    def pay(self, request, seat):
        """Take the money of a table; with `plug` in the form, the power goes in the middle."""
        in_the_middle = pull_the_plug if "plug" in request.form else lambda: None
        if seat not in SEATS or not self.ledger.pay(seat, in_the_middle):
            abort(404, f"Table {seat} has no bill.")
        return redirect(request.url_for("ledger"), 303)

    def move(self, request, seat):
        """Seat guests elsewhere."""
        to = request.form.get("to", "")
        if to not in map(str, SEATS):
            abort(400, "There is no such table.")
        try:
            if seat not in SEATS or not self.ledger.move(seat, int(to)):
                abort(404, f"Table {seat} has no bill.")
        except IntegrityError:
            abort(409, f"Table {to} is taken.")
        return redirect(request.url_for("ledger"), 303)

    def refused(self, request, error):
        """The page for what can't be done."""
        return self.templates.render(
            request,
            "message.html",
            title=error.phrase,
            text=error.message or "That is not in this restaurant.",
            status=error.status,
        )


def add_policy(request, response):
    """Let the browser load, run and send nothing elsewhere."""
    response.headers["Content-Security-Policy"] = POLICY


def make_app(db: Database) -> App:
    """Return the restaurant as an application that keeps its ledger in a database."""
    restaurant = Restaurant(db)
    app = App()
    app.after_request(add_policy)
    app.error(HTTPError)(restaurant.refused)
    app.route("/", methods=["GET", "POST"], name="ledger")(restaurant.index)
    app.route("/tables/<int:seat>/pay", methods=["POST"], name="pay")(restaurant.pay)
    app.route("/tables/<int:seat>/move", methods=["POST"], name="move")(restaurant.move)
    app.mount("/static", StaticFiles(HERE / "static"))
    return app


def file_of_the_ledger() -> Path:
    """Where the ledger is: where `DATABASE` says, or among your temporary files."""
    if "DATABASE" in os.environ:
        return Path(os.environ["DATABASE"])
    folder = Path(tempfile.gettempdir()) / f"bistro-of-{getpass.getuser()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / "ledger.db"


def main():
    """Serve the restaurant until Ctrl-C."""
    path = file_of_the_ledger()
    db = connect(f"sqlite:///{path.absolute()}")
    print(f"The ledger is in {path}. Ctrl-C ends it.", flush=True)
    serve(make_app(db), "127.0.0.1", int(os.environ.get("PORT", "8000")))
    db.close()
    print("The restaurant is closed.")


if __name__ == "__main__":
    main()
