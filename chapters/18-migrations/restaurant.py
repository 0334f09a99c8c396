"""Chapter 18: the menu changes.

The card gets allergens, and a second price, while the restaurant is open: its tables go from one
migration to the next, and back, and no dish is lost. The pages speak of the dishes as the tables
are at that moment.
"""

from __future__ import annotations

import getpass
import os
import tempfile
import threading
from decimal import Decimal
from pathlib import Path

from bistro.app import App
from bistro.errors import HTTPError, abort
from bistro.forms import CharField, DecimalField, Form
from bistro.orm.database import Database, DatabaseError, IntegrityError, connect
from bistro.orm.migrations import applied, load, migrate, states
from bistro.response import redirect
from bistro.server import serve
from bistro.static import StaticFiles
from bistro.templates.rendering import Templates

HERE = Path(__file__).parent
MIGRATIONS = HERE / "migrations"
MAX_DISHES = 200
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'"


class DishForm(Form):
    """A dish for the card."""

    name = CharField(max_length=60, autocomplete="off", label="A new dish")
    price = DecimalField(
        min_value=Decimal("0.01"), max_value=999, decimal_places=2, label="Price in euros"
    )


def euros(amount):
    """A filter: a price as a guest reads it."""
    return f"{amount:.2f} €"


class Restaurant:
    """The card, and the tables behind it."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db = db
        self.folder = folder
        self.steps = load(folder)
        self.states = states(self.steps)
        self.moving = threading.RLock()  # nobody reads the card while its tables change
        self.templates = Templates(HERE / "templates", filters={"euros": euros})
        if not applied(db):
            self.go("1")

    def go(self, target):
        """Bring the tables to a migration; return what was told of it."""
        told: list[str] = []
        with self.moving:
            migrate(self.db, self.folder, target, tell=told.append)
        return told

    def now(self):
        """How many migrations the tables have had, and the model of a dish as it is then."""
        here = len(applied(self.db))
        return here, self.states[here].classes()["Dish"]

    def columns(self):
        """What `CREATE TABLE` says of each table."""
        rows = self.db.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
            "ORDER BY name"
        )
        return [sql for (sql,) in rows]

    def show(self, request, form, status=200, told=()):
        """The card, and where its tables are."""
        with self.moving:
            here, dish = self.now()
            dishes = dish.objects.order_by("name")
            if here > 1:
                dishes = dishes.prefetch_related("allergens")
            return self.templates.render(
                request,
                "card.html",
                status=status,
                form=form,
                dishes=list(dishes),
                here=here,
                steps=self.steps,
                columns=self.columns(),
                told=told,
            )

    def index(self, request):
        """Show the card; or write a dish on it."""
        form = DishForm.from_request(request)
        if form.is_valid() and self.wrote(form):
            return redirect(request.url_for("card"), 303)
        return self.show(request, form, 422 if form.is_bound else 200)

    def wrote(self, form):
        """Whether there was room for the dish."""
        with self.moving:
            here, dish = self.now()
            if dish.objects.count() >= MAX_DISHES:
                form.add_error(None, "The card is full.")
                return False
            price = "large" if here > 2 else "price"
            try:
                dish.objects.create(name=form.data["name"], **{price: form.data["price"]})
            except IntegrityError:
                form.add_error("name", "There is a dish of that name.")
                return False
        return True

    def migrate(self, request, number):
        """Bring the tables to a migration, and show the card as it is then."""
        if not 1 <= number <= len(self.steps):
            abort(404, "There is no such migration.")
        try:
            told = self.go(str(number))
        except DatabaseError as error:
            abort(409, f"All is as it was: {error}")
        return self.show(request, DishForm(), told=told or ["nothing to do"])

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


def make_app(db: Database, folder: Path = MIGRATIONS) -> App:
    """Return the restaurant as an application whose tables change by the migrations in a folder."""
    restaurant = Restaurant(db, folder)
    app = App()
    app.after_request(add_policy)
    app.error(HTTPError)(restaurant.refused)
    app.route("/", methods=["GET", "POST"], name="card")(restaurant.index)
    app.post("/migrations/<int:number>", name="migrate")(restaurant.migrate)
    app.mount("/static", StaticFiles(HERE / "static"))
    return app


def file_of_the_card() -> Path:
    """Where the card is: where `DATABASE` says, or among your temporary files."""
    if "DATABASE" in os.environ:
        return Path(os.environ["DATABASE"])
    folder = Path(tempfile.gettempdir()) / f"bistro-of-{getpass.getuser()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / "card.db"


def main():
    """Serve the restaurant until Ctrl-C."""
    path = file_of_the_card()
    db = connect(f"sqlite:///{path.absolute()}")
    print(f"The card is in {path}. Ctrl-C ends it.", flush=True)
    serve(make_app(db), "127.0.0.1", int(os.environ.get("PORT", "8000")))
    db.close()
    print("The restaurant is closed.")


if __name__ == "__main__":
    main()
