"""replaces: wsgi.run
caught by: test_6_run.py::test_a_client_that_left_ends_it

close() at the end of the happy path: files and transactions stay open whenever a guest walks out.
"""


def run(app, environ, writer):
    try:
        result = app(environ, writer.start_response)
        if type(result) in (list, tuple):
            writer.finish(b"".join(result))
        else:
            for data in result:
                writer.write(data)
            writer.finish()
        if hasattr(result, "close"):
            close(result)
    except (Disconnected, DeadlinePassed):
        writer.keep_alive = False
    except (Exception, SystemExit):
        log.exception("%s %s failed", writer.request.method, writer.request.target)
        answer_for_failure(writer)
