"""replaces: wsgi.run
caught by: test_6_run.py::test_a_generator_goes_out_piece_by_piece

A body joined before it is sent is simple and right, but for streams: nothing comes till all is there.
"""


def run(app, environ, writer):
    result = ()
    try:
        result = app(environ, writer.start_response)
        writer.finish(b"".join(result))
    except (Disconnected, DeadlinePassed):
        writer.keep_alive = False
    except (Exception, SystemExit):
        log.exception("%s %s failed", writer.request.method, writer.request.target)
        answer_for_failure(writer)
    finally:
        if hasattr(result, "close"):
            close(result)
