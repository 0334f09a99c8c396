"""replaces: templates.template.in_template_lines
caught by: test_7_tracebacks.py::test_a_template_in_a_template

Each entry of generated code gets the template's line, also one that has it already: its line is
then taken for a line of Python.
"""


def in_template_lines(traceback):
    entries = []
    while traceback:
        entries.append(traceback)
        traceback = traceback.tb_next
    for entry in reversed(entries):
        frame, instruction, line = entry.tb_frame, entry.tb_lasti, entry.tb_lineno
        if LINES in frame.f_globals:
            remember(frame.f_globals["template"])
            lines = frame.f_globals[LINES]
            instruction, line = DONE, lines[min(line, len(lines)) - 1]
        traceback = TracebackType(traceback, frame, instruction, line)
    return traceback
