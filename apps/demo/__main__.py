"""A page to play with the denoisers, served to this machine alone.

make demo
"""

import argparse
import ipaddress
import logging
import re
import socket
import sys

import psutil
import waitress

from apps.demo.playground import Playground
from apps.demo.server import LARGEST, THIS_MACHINE, build_app
from denoise.inference.api import ROOT
from denoise.io.errors import InputError
from denoise.io.parameters.pipeline import read_parameters

PORTS = range(2**16)
WAITRESS = {
    "threads": 4,
    "max_request_body_size": LARGEST,  # refused before it is read
    "inbuf_overflow": 2 * LARGEST,  # what is taken stays in memory
    "max_request_header_size": 16_000,
    "channel_timeout": 20,  # seconds of silence, after which a connection is closed
    "cleanup_interval": 5,
}


def main() -> None:
    """Load the models and serve the page until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m apps.demo", description=__doc__)
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="default: this machine alone; its address in a network serves that, 0.0.0.0 all",
    )
    parser.add_argument("--port", type=port, default=8028, help="0 takes any free one")
    arguments = parser.parse_args()
    try:
        listener = listen(arguments.host, arguments.port)
        playground = Playground(read_parameters(ROOT / "params.yaml"), ROOT)
    except InputError as error:
        sys.exit(f"demo: {error}")
    address, number = listener.getsockname()[:2]
    ip = ipaddress.ip_address(address)
    if not ip.is_loopback:
        print(f"Anyone who reaches {address} can use this page.", flush=True)
    shown = f"[{address}]" if ip.version == 6 else address
    print(f"http://{shown}:{number}/ (Ctrl-C ends it)", flush=True)
    app = build_app(playground, allowed_hosts(arguments.host, address))
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a moved slider asks in bursts
    waitress.serve(app, sockets=[listener], _quiet=True, **WAITRESS)


def port(given: str) -> int:
    """Return the number of a port, as argparse wants its types."""
    if not re.fullmatch("[0-9]{1,5}", given) or int(given) not in PORTS:
        raise argparse.ArgumentTypeError(
            f"it is {given!r}; it must be a whole number from 0 to {PORTS[-1]}"
        )
    return int(given)


def listen(host: str, number: int) -> socket.socket:
    """Open the port, or say in an InputError why that is not possible."""
    try:
        family, *_ = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
        return socket.create_server((host, number), family=family)
    except UnicodeError:
        raise InputError(f"{host!r} is no host's name") from None
    except OSError as error:
        raise InputError(
            f"cannot listen on {host or 'a host without a name'}, port {number}: {error.strerror};"
            " name another one with --port, or another address with --host"
        ) from None


def allowed_hosts(host: str, address: str) -> set[str]:
    """Return the names under which the page may be asked for, by where it is served."""
    hosts = {host.lower(), address, *THIS_MACHINE}
    if ipaddress.ip_address(address).is_unspecified:
        interfaces = psutil.net_if_addrs().values()
        hosts |= {one.address for addresses in interfaces for one in addresses}
    return hosts


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
