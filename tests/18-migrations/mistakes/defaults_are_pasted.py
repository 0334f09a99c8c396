"""replaces: orm.schema.sources
caught by: test_3_rebuild.py::test_hostile_values

The default is written into the statement, in quotation marks. It may have some itself.
"""


def sources(db: Database, new: Options, kept: Kept) -> tuple[str, list[Any]]:
    chosen: list[str] = []
    parameters: list[Any] = []
    for field in new.fields.values():
        was = kept.get(field.attribute)
        if was is None:
            chosen.append(f"'{parameter(db, field)}'")
            continue
        sql = quote(field.attribute)
        if declared(was) != declared(field):
            sql = f"CAST({sql} AS {field.sql_type('sqlite')})"
        if is_filled(was, field):
            sql = f"COALESCE({sql}, ?)"
            parameters.append(parameter(db, field))
        chosen.append(sql)
    return ", ".join(chosen), parameters
