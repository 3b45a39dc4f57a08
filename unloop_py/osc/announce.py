"""Says on the network that OSC and OSCQuery are to be had here, by zeroconf (mDNS, DNS-SD), so that hosts find them by themselves.

What listens on loopback is announced there and nowhere else. Without a network, or where another program has mDNS for itself, nothing
is announced, which the log tells. Thread: one of its own, since a name is asked for before it is taken, which takes a second.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
import threading

import ifaddr
from zeroconf import IPVersion, ServiceInfo, Zeroconf

log = logging.getLogger(__name__)

OSC, OSCQUERY = "_osc._udp.local.", "_oscjson._tcp.local."
END_S = 2.0


class Announcement:
    """Announces two ports for as long as it runs.

    Parameters
    ----------
    host : str
        Where both listen; "0.0.0.0" for all of this machine's addresses.
    ports : dict
        By service type, `OSC` and `OSCQUERY`.

    Attributes
    ----------
    names : list of str
        Under which they are found; another unloop on the network has made them differ.
    """

    def __init__(self, host: str, ports: dict[str, int]) -> None:
        self._host = host
        self._ports = ports
        self.names: list[str] = []
        self._ending = threading.Event()
        self._is_out = threading.Event()
        self._thread = threading.Thread(target=self._run, name="unloop-zeroconf", daemon=True)

    def start(self) -> None:
        """Begins; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Takes it back, within `END_S`; what is not out yet takes itself back when it is. Started or not."""
        self._ending.set()
        if self._is_out.is_set():
            self._thread.join(END_S)

    def wait(self, timeout_s: float) -> bool:
        """Waits until it is out; False when it is not in time."""
        return self._is_out.wait(timeout_s)

    def _run(self) -> None:
        try:
            addresses = _addresses_of(self._host)
            if addresses:
                self._announce(addresses)
            else:
                log.info("there is no network to announce OSC on")
        except Exception as error:  # whatever a network may do to it: nobody plays the worse for it
            log.info("OSC is not announced on the network: %s", error)

    def _announce(self, addresses: list[str]) -> None:
        name = f"unloop {socket.gethostname()}"
        with Zeroconf(interfaces=addresses, ip_version=IPVersion.V4Only) as zeroconf:
            for kind, port in self._ports.items():
                # A host name of our own, since the machine's belongs to its own mDNS; the process tells two of us apart.
                info = ServiceInfo(kind, f"{name}.{kind}", port=port, server=f"unloop-{os.getpid()}.local.", parsed_addresses=addresses)
                zeroconf.register_service(info, allow_name_change=True)
                self.names.append(info.name)
                if self._ending.is_set():
                    return
            self._is_out.set()
            self._ending.wait()


def _addresses_of(host: str) -> list[str]:
    """The addresses at which a host that listens there is reached, none of them loopback unless it listens on loopback."""
    if not ipaddress.IPv4Address(host).is_unspecified:
        return [host]
    found = [address.ip for adapter in ifaddr.get_adapters() for address in adapter.ips if address.is_IPv4]
    return [address for address in found if not ipaddress.IPv4Address(address).is_loopback]
