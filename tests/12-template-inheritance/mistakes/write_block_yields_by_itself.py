"""replaces: templates.composition.write_block
caught by: test_3_blocks.py::test_a_block_where_text_is_captured

`yield from` is right where the page is written, and wrong where text goes to a list.
"""


def write_block(compiler, node):
    declare_block(compiler, node)
    name = compiler.constant(node.name)
    function = f"require(blocks, {name})" if node.required else f"blocks[{name}][0]"
    context = local_context(compiler, offers_loop=True) if node.scoped else "context"
    if compiler.frame.guard is not None:
        compiler.line(f"{compiler.frame.guard}yield from {function}({context}, blocks)")
