"""replaces: orm.schema.sources
caught by: test_3_rebuild.py::test_where_other_values_come_from

The default is put in place of NULL first, and cast with it. A text as default of a new column of numbers would be 0.
"""


def sources(db: Database, new: Options, kept: Kept) -> tuple[str, list[Any]]:
    chosen: list[str] = []
    parameters: list[Any] = []
    for field in new.fields.values():
        was = kept.get(field.attribute)
        if was is None:
            chosen.append("?")
            parameters.append(parameter(db, field))
            continue
        sql = quote(field.attribute)
        if is_filled(was, field):
            sql = f"COALESCE({sql}, ?)"
            parameters.append(parameter(db, field))
        if declared(was) != declared(field):
            sql = f"CAST({sql} AS {field.sql_type('sqlite')})"
        chosen.append(sql)
    return ", ".join(chosen), parameters
