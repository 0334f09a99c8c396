"""replaces: orm.schema.rebuild
caught by: test_3_rebuild.py::test_rows_that_refer_to_it

The plain `ALTER TABLE … RENAME`. First the old table is moved aside, and every foreign key follows it; then it is dropped.
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
    keep_sequence(db, name, beside)
    rename_table(db, name, f"{name}__old")
    rename_table(db, beside, name)
    db.execute(f"DROP TABLE {quote(name + '__old')}")
    late += [*indexes(db, new).values(), *others]
