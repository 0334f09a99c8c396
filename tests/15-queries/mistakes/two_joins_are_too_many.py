"""replaces: orm.sql.Compiler.refuse_multiplied
caught by: test_6_aggregates.py::test_along_one_chain

Two joins to many multiply if they stand side by side; one behind the other, they do not.
"""


def refuse_multiplied(self) -> None:
    many = {join for join in self.joins.values() if join.many is join}
    for joins in self.aggregated:
        if not len(many) <= 1:
            raise FieldError(
                "an aggregate would take each row once for every row of another relation: "
                "ask in two queries, or give a Count distinct=True"
            )
