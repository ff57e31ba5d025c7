"""Signals that end a process which goes on until then."""

import asyncio
import signal


def stop_by_signal(stop: asyncio.Event) -> None:
    """Set ``stop`` at Ctrl+C or SIGTERM; the next signal ends the process at once."""
    loop = asyncio.get_running_loop()

    def stopped(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped, number)
