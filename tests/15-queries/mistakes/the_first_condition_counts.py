"""replaces: orm.sql.Compiler.join
caught by: test_3_paths.py::test_what_is_no_condition_goes_by_the_last

Without `reversed` the first condition decides what is counted; the last is what a reader has in mind.
"""


def join(self, parent: Join, name: str, relation: Relation, scope: Scope) -> Join:
    own: int | None = None
    if relation.many and isinstance(scope, range):
        known = (number for number in scope if (parent, name, number) in self.joins)
        own = next(known, None)
    elif relation.many and isinstance(scope, int):
        own = scope
    key = (parent, name, own)
    if key not in self.joins:
        self.joins[key] = Join(relation.table, self.alias(), parent, relation)
    return self.joins[key]
