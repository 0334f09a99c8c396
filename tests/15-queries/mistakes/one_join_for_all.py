"""replaces: orm.sql.Compiler.join
caught by: test_3_paths.py::test_each_condition_is_about_its_own_row

One join for a relation seems enough; then two conditions are about the same row, whether they were meant to or not.
"""


def join(self, parent: Join, name: str, relation: Relation, scope: Scope) -> Join:
    own: int | None = None
    if relation.many and isinstance(scope, range):
        known = (number for number in reversed(scope) if (parent, name, number) in self.joins)
        own = next(known, None)
    elif relation.many and isinstance(scope, int):
        own = None
    key = (parent, name, own)
    if key not in self.joins:
        self.joins[key] = Join(relation.table, self.alias(), parent, relation)
    return self.joins[key]
