"""What the tests of this chapter share: a database in a file, and a look at its tables."""

import pytest


@pytest.fixture
def db():
    """A new database in memory, which is the default; it is closed at the test's end."""
    from bistro.orm.database import connect  # not above: the plugin puts bistro in place

    database = connect("sqlite://")
    yield database
    database.close()


@pytest.fixture
def ask(db):
    """`ask(sql, *parameters)`: the rows that a statement gives."""
    return lambda sql, *parameters: db.execute(sql, parameters).rows


@pytest.fixture
def columns(ask):
    """`columns(table)`: the names of a table's columns; none when it is not there."""
    return lambda table: [name for (name,) in ask("SELECT name FROM pragma_table_info(?)", table)]


@pytest.fixture
def folder(tmp_path):
    """`folder.write(name, text)` writes a migration; `folder.path` is where they are."""

    class Folder:
        path = tmp_path / "migrations"

        def write(self, name, operations):
            self.path.mkdir(exist_ok=True)
            imports = "from bistro.orm import fields, migrations, relations\n"
            (self.path / f"{name}.py").write_text(f"{imports}\noperations = [{operations}]\n")

    return Folder()
