"""replaces: templates.template.in_template_lines
caught by: test_7_tracebacks.py::test_a_long_way_down

Recursion fits a chain that has to be built from its end. But it is called where a program has
just been hundreds of calls deep, and then hundreds more are too many.
"""


def in_template_lines(traceback):
    if traceback is None:
        return None
    following = in_template_lines(traceback.tb_next)
    frame, instruction, line = traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno
    if LINES in frame.f_globals and instruction != DONE:
        remember(frame.f_globals["template"])
        instruction, line = DONE, frame.f_globals[LINES][line - 1]
    return TracebackType(following, frame, instruction, line)
