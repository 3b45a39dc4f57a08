"""The port: the same number over UDP and TCP."""

from __future__ import annotations

import logging
import selectors
from collections.abc import Callable

from unloop_py.errors import ParameterError
from unloop_py.osc.endpoint import Endpoint, can_bind
from unloop_py.osc.tcp import Tcp
from unloop_py.osc.udp import Udp

log = logging.getLogger(__name__)

PORTS_TRIED = 20


def listen(
    host: str,
    port: int,
    selector: selectors.BaseSelector,
    *,
    lets_in: Callable[[str], bool],
    on_closed: Callable[[Endpoint], None],
    error_address: str,
) -> tuple[Udp, Tcp]:
    """Sockets at the first port of `PORTS_TRIED` that is free over both; port 0 takes any. The rest is as for `Tcp`.

    Raises
    ------
    ParameterError
        No port is free, or the address is not this machine's.
    """
    if not 0 <= port <= 65535:
        raise ParameterError(f"osc-port must be in 0..65535, got {port}")
    if not can_bind(host):
        raise ParameterError(f"osc-listen must be an IPv4 address of this machine, got {host}: 127.0.0.1 always is")
    for candidate in range(port, min(port + PORTS_TRIED, 65536)) if port else [0] * PORTS_TRIED:
        try:
            udp = Udp(host, candidate)
        except OSError as error:
            log.debug("UDP port %d: %s", candidate, error)
            continue
        try:
            tcp = Tcp(host, udp.port, selector, lets_in=lets_in, on_closed=on_closed, error_address=error_address)
        except OSError as error:
            log.debug("TCP port %d: %s", udp.port, error)
            udp.close()
            continue
        selector.register(udp.socket, selectors.EVENT_READ)
        return udp, tcp
    raise ParameterError(f"osc-port: {port}..{port + PORTS_TRIED - 1} are all taken: give another with --osc-port")
