"""replaces: templates.composition.write_block
caught by: test_3_blocks.py::test_a_block_is_written_piece_by_piece

The text is right, but a long page begins when it is finished.
"""


def write_block(compiler, node):
    declare_block(compiler, node)
    name = compiler.constant(node.name)
    function = f"require(blocks, {name})" if node.required else f"blocks[{name}][0]"
    context = local_context(compiler, offers_loop=True) if node.scoped else "context"
    compiler.emit(f"''.join({function}({context}, blocks))")
