"""replaces: orm.schema.rebuild
caught by: test_3_rebuild.py::test_keys_are_not_given_again

The rows are copied with their keys, which seems to be all. But the key of a row that is gone is known to the dropped table alone.
"""


def rebuild(db: Database, old: Options, new: Options, kept: Kept, late: list[str]) -> None:
    name, beside = new.table.name, f"{new.table.name}__new"
    refuse_unknown(db, name, {*old.attributes, *kept})
    others = attached(db, name, indexes(db, old), new.attributes)
    (sql,) = new.create_statements(db.dialect)
    db.execute(CREATE_TABLE.sub(lambda _: f"CREATE TABLE {quote(beside)}", sql, count=1))
    if has_rows(db, name):
        chosen, parameters = sources(db, new, kept)
        columns = ", ".join(quote(column) for column in new.attributes)
        db.execute(
            f"INSERT INTO {quote(beside)} ({columns}) SELECT {chosen} FROM {quote(name)}",
            parameters,
        )
    db.execute(f"DROP TABLE {quote(name)}")
    take_name(db, beside, name)
    late += [*indexes(db, new).values(), *others]
