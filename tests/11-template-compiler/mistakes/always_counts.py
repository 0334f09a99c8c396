"""replaces: templates.compiler.Compiler.write_loop_head
caught by: test_6_loops.py::test_a_loop_costs_no_more_than_it_needs

One head for all loops is shorter: a Loop, which has everything. It is also the slowest part of the
page.
"""


def write_loop_head(self, scope, target, items, recurse):
    number = scope.number
    self.line(f"loop_{number} = Loop({items}, undefined{recurse})")
    self.line(f"for {target} in loop_{number}:")
    self.indented(f"index0_{number} = loop_{number}.index0")
