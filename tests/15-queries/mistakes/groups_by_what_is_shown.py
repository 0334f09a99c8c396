"""replaces: orm.sql.Compiler.grouped
caught by: test_6_aggregates.py::test_rows_that_are_equal_stay_apart

GROUP BY takes what stands behind SELECT, so two guests of one name become one.
"""


def grouped(self, shape: Shape) -> list[str]:
    scope = range(len(shape.where))
    if shape.group is not None or shape.fields:
        for name in (shape.group or [name for name in shape.fields if name not in self.annotations]):
            self.alike += self.joins_of(("field", name), scope)
        return [self.field(name, scope)[0] for name in (shape.group or [name for name in shape.fields if name not in self.annotations])]
    self.columns(shape)
    for name in shape.order:
        self.ordered(name, shape)
    single = [join for join in self.joins.values() if join.many is None]
    return [join[join.table.primary] for join in (self.root, *single)]
