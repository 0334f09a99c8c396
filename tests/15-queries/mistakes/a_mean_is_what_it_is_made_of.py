"""replaces: orm.sql.Compiler.aggregate
caught by: test_6_aggregates.py::test_what_it_holds

A mean of integers is no integer, and one of prices has more places than a price.
"""


def aggregate(self, shape: Any, scope: Scope) -> Written:
    _, function, distinct, inner = shape
    if isinstance(scope, int):
        raise FieldError(f"{function} has to be annotated before it is asked for by its name")
    if not distinct and function not in ("MIN", "MAX"):
        self.aggregated.append(self.joins_of(inner, scope))
    if inner == ("field", "*"):
        return "COUNT(*)", INTEGER
    sql, column = self.expression(inner, scope)
    sql = f"{function}({'DISTINCT ' if distinct else ''}{sql})"
    if function == "COUNT":
        return sql, INTEGER
    return sql, Column("", column.kind, null=True, places=column.places)
