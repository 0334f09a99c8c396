"""replaces: orm.sql.Compiler.walk
caught by: test_3_paths.py::test_a_key_needs_no_join

Every relation is joined, also where its own column says all.
"""


def walk(self, path: str, scope: Scope) -> tuple[Join, Column, list[str]]:
    names = path.split(SEPARATOR)
    join = self.root
    while True:
        table = join.table
        name = table.primary if names[0] == "pk" else names[0]
        relation = table.relations.get(name)
        rest = names[1:]
        if relation is None:
            if name not in table.columns:
                raise unknown(path, name, table, self.annotations)
            return join, table.columns[name], rest
        ends = not rest or (rest[0] in LOOKUPS and rest[0] not in relation.table.columns)
        if True:
            join = self.join(join, name, relation, scope)
            if ends:
                return join, keyed(join.table.key), rest
            names = rest
            continue
        return join, keyed(table.columns[relation.column]), rest if ends else rest[1:]
