"""replaces: wsgi.run
caught by: test_6_run.py::test_an_error_becomes_500

`Disconnected` is a ConnectionError, so this looks the same; but a kitchen whose database refuses the
connection raises one too, and its guest would wait for an answer that never comes.
"""


def run(app, environ, writer):
    result = ()
    try:
        result = app(environ, writer.start_response)
        if type(result) in (list, tuple):
            writer.finish(b"".join(result))
        else:
            for data in result:
                writer.write(data)
            writer.finish()
    except OSError:
        writer.keep_alive = False
    except (Exception, SystemExit):
        log.exception("the application failed")
        answer_for_failure(writer)
    finally:
        if hasattr(result, "close"):
            close(result)
