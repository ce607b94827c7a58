"""The process that holds the web server."""

from threading import Thread

from gongzhi.jobs.server import Server


def test_it_hears_the_word_to_end_also_while_it_handles_another():
    server = Server("gongzhi.config.asgi:application")
    with vars(server.main_loop_interrupt)[
        "_cond"
    ]:  # what waiting for the event, or setting it, holds when a signal comes
        handler = Thread(target=server.signal_handler_interrupt, daemon=True)
        handler.start()
        handler.join(5)
        assert not handler.is_alive()
    assert server.main_loop_interrupt.wait(5)
    assert server.interrupt_signal
