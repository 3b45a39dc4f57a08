"""Everything by which hands reach the instrument, opened, told and closed together.

A front end knows the bus and nothing of the session: `open_front_ends` is the one place that says which of them a config asks for.
"""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Protocol

from unloop_py.config import LOOPBACK, NO_MIDI, JamConfig
from unloop_py.control.bus import Notice
from unloop_py.errors import ParameterError
from unloop_py.midi.front_end import MidiFrontEnd
from unloop_py.osc.max_dialect import MaxDialect
from unloop_py.osc.server import OscServer
from unloop_py.session.bus import SessionBus
from unloop_py.session.max_jobs import MaxJobs

if TYPE_CHECKING:
    from unloop_py.osc.oscquery import OscQuery
    from unloop_py.web.desk import Desk
    from unloop_py.web.server import PageServer

log = logging.getLogger(__name__)


class FrontEnd(Protocol):
    """What speaks to the instrument and is told what changes. It has its socket or its ports from the start; its threads between
    `start` and `stop`."""

    @property
    def is_heard(self) -> bool:
        """Whether anybody is told of beats. Any thread."""
        ...

    def start(self) -> None:
        """Begins to listen."""
        ...

    def stop(self) -> None:
        """Ends its threads and closes what it holds, started or not."""
        ...

    def notify(self, notice: Notice) -> None:
        """Tells it of a change. Any thread but the audio thread; returns at once."""
        ...


class FrontEnds:
    """All front ends of a session.

    Attributes
    ----------
    osc : OscServer
        The one that is always there.
    oscquery : OscQuery or None
    page : PageServer or None
    patches : MaxDialect or None
        What serves unloop for Max's patches.
    all : list of FrontEnd
        In the order of starting.
    """

    def __init__(
        self,
        osc: OscServer,
        *others: FrontEnd,
        oscquery: OscQuery | None = None,
        page: PageServer | None = None,
        patches: MaxDialect | None = None,
    ) -> None:
        self.osc = osc
        self.oscquery = oscquery
        self.patches = patches
        self.page = page
        self.all: list[FrontEnd] = [osc, *others]

    @property
    def is_heard(self) -> bool:
        """Whether anybody is told of beats."""
        return any(one.is_heard for one in self.all)

    def start(self) -> None:
        """Start them, the first first."""
        for one in self.all:
            one.start()

    def stop(self) -> None:
        """End them, the last first; one that cannot end does not keep the others."""
        for one in reversed(self.all):
            try:
                one.stop()
            except Exception:
                log.exception("a front end did not end as it should")

    def notify(self, notice: Notice) -> None:
        """Tell all of them."""
        for one in self.all:
            one.notify(notice)


def open_front_ends(config: JamConfig, bus: SessionBus, desk: Desk | None = None) -> FrontEnds:
    """The front ends that a config asks for, each with its socket or ports, none started.

    `desk` is what the page asks beside the bus.

    Raises
    ------
    UnloopError
        A port is taken, or an address is not this machine's; what had been opened is closed.
    """
    with contextlib.ExitStack() as undo:
        osc = OscServer(bus, config.osc_listen, config.osc_port, allow=config.osc_allow)
        undo.callback(osc.stop)
        others: list[FrontEnd] = []
        oscquery = None if config.oscquery_port is None else _open_oscquery(config, bus, osc)
        if oscquery is not None:
            undo.callback(oscquery.stop)
            others.append(oscquery)
        if config.midi_devices != (NO_MIDI,):
            midi = MidiFrontEnd(bus, bus.tell, config.midi_devices)
            bus.midi = midi.desk
            undo.callback(midi.stop)
            others.append(midi)
        patches = _open_max_dialect(config, bus)
        if patches is not None:
            undo.callback(patches.stop)
            others.append(patches)
        page = None
        if config.web or config.web_listen is not None:
            page = _open_page(config, bus, desk)
            others.append(page)
        undo.pop_all()
    return FrontEnds(osc, *others, oscquery=oscquery, page=page, patches=patches)


def _open_max_dialect(config: JamConfig, bus: SessionBus) -> MaxDialect | None:
    """None where its port is taken: it is one that others use too, and is on unless it is switched off."""
    if config.max_ports is None:
        return None
    try:
        return MaxDialect(MaxJobs(bus), *config.max_ports)
    except OSError as error:
        log.info("unloop for Max: port %d: %s", config.max_ports[0], error)
        return None


def _open_oscquery(config: JamConfig, bus: SessionBus, osc: OscServer) -> OscQuery | None:
    try:
        from unloop_py.osc.oscquery import OscQuery
    except ImportError as error:  # it is on unless switched off, and nobody is kept from playing who has not installed what it needs
        log.info("OSCQuery needs `pip install unloop[web]`: %s", error)
        return None
    return OscQuery(bus, osc.port, config.osc_listen, config.oscquery_port, allow=config.osc_allow)


def _open_page(config: JamConfig, bus: SessionBus, desk: Desk | None) -> PageServer:
    try:
        from unloop_py.web.server import PageServer  # who has no page opened does not wait for its packages
    except ModuleNotFoundError as error:
        raise ParameterError(f"--web needs the package {error.name}: install unloop with its extra `web`, or leave --web out") from error
    return PageServer(bus, config.web_listen or LOOPBACK, config.web_port, desk=desk)
