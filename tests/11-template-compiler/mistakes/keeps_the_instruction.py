"""replaces: templates.template.in_template_lines
caught by: test_7_tracebacks.py::test_an_error_shows_the_template

A new entry gets the line of the template and keeps all else. Python then works the line out from
the instruction, and shows that of the generated code.
"""


def in_template_lines(traceback):
    entries = []
    while traceback:
        entries.append(traceback)
        traceback = traceback.tb_next
    for entry in reversed(entries):
        frame, line = entry.tb_frame, entry.tb_lineno
        if LINES in frame.f_globals:
            remember(frame.f_globals["template"])
            line = frame.f_globals[LINES][line - 1]
        traceback = TracebackType(traceback, frame, entry.tb_lasti, line)
    return traceback
