"""The demo over a socket: to whom it answers, and what it does not wait for or keep."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from apps.demo.__main__ import allowed_hosts, main
from apps.demo.server import build_app

ROOT = Path(__file__).parents[2]
DEMO = [sys.executable, "-m", "apps.demo"]
ASKED = {"blur": 0.5, "amplitude": 0.6, "kind": "gaussian", "seed": 1}
ASKED |= {"model": "denoiser", "filter": "wiener"}
HUGE = 200_000_000  # bytes


@contextmanager
def served(*options):
    """A demo in a process of its own, and the address that it prints last."""
    command = [*DEMO, "--port", "0", *options]
    how = {"cwd": ROOT, "stdout": subprocess.PIPE, "encoding": "utf-8"}
    with subprocess.Popen(command, **how, preexec_fn=listen_to_ctrl_c) as server:
        try:
            lines = iter(server.stdout.readline, "")
            yield server, next(line.split()[0] for line in lines if line.startswith("http"))
        finally:
            server.terminate()


def listen_to_ctrl_c():
    """What a shell starts in the background ignores it, tests too, and all that they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(scope="module")
def server():
    with served() as (process, address):
        yield process, urlsplit(address)


@pytest.fixture
def connect(server):
    _, address = server
    opened = []

    def connect():
        opened.append(socket.create_connection((address.hostname, address.port), timeout=20))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def ask(server, method="GET", path="/choices", body=None, **headers):
    _, address = server
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    return response, response.read()


def spooled(process):
    """Bytes in temporary files that a process holds open."""
    total = 0
    for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            if str(descriptor.readlink()).startswith(tempfile.gettempdir()):
                total += descriptor.stat().st_size
        except FileNotFoundError:  # closed meanwhile
            continue
    return total


def test_the_page_and_all_it_loads_come_from_here_alone(server):
    for path in ("/", "/demo.js", "/server.js", "/demo.css", "/choices", "/nothing"):
        response, _ = ask(server, path=path)
        policy = response.getheader("Content-Security-Policy")
        assert policy.startswith("default-src 'none'; ")
        assert "http" not in policy and "unsafe" not in policy
        assert response.getheader("X-Content-Type-Options") == "nosniff"
        assert response.getheader("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:80", "[::1]"])
def test_this_machine_is_answered(server, host):
    response, body = ask(server, Host=host)
    assert response.status == 200
    assert "denoiser" in json.loads(body)["models"]


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "10.1.2.3", "", "a b", "[::1", "127.0.0.1@evil"],
)
def test_a_page_that_gives_this_machine_its_own_name_is_not_answered(server, host):
    response, body = ask(server, Host=host)
    assert 400 <= response.status < 500
    assert "models" not in json.loads(body)
    assert "\n" not in json.loads(body)["error"]


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://["]
)
def test_a_page_from_elsewhere_is_not_answered(server, origin):
    content = json.dumps({**ASKED, "number": 0})
    response, body = ask(
        server, "POST", "/show", content, Content_Type="application/json", Origin=origin
    )
    assert response.status == 403
    assert json.loads(body)["error"] == f"the demo does not answer pages of {origin}"


def test_its_own_page_is_answered(server):
    _, address = server
    _, body = ask(
        server, "POST", "/show", "{}", Content_Type="application/json",
        Origin=f"http://{address.netloc}",
    )  # fmt: skip
    assert json.loads(body)["error"].startswith("blur is missing")


def test_who_serves_a_network_says_under_which_name():
    assert allowed_hosts("box.example", "10.1.2.3") >= {"box.example", "10.1.2.3", "localhost"}
    assert "10.1.2.3" not in allowed_hosts("127.0.0.1", "127.0.0.1")
    everywhere = {one.address for net in psutil.net_if_addrs().values() for one in net}
    assert allowed_hosts("0.0.0.0", "0.0.0.0") >= everywhere


def test_the_name_it_is_served_under_is_answered(playground):
    client = build_app(playground, allowed_hosts("Box.Example", "10.1.2.3")).test_client()
    for host, code in (("box.example:80", 200), ("10.1.2.3", 200), ("evil.example", 403)):
        assert client.get("/choices", headers={"Host": host}).status_code == code


def test_a_huge_body_is_refused_before_it_comes(connect):
    connection = connect()
    connection.sendall(
        b"POST /show HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % HUGE
    )
    assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_huge_body_that_comes_all_the_same_is_not_kept(server, connect, chunked):
    process, _ = server
    before = psutil.Process(process.pid).memory_info().rss
    connection = connect()
    length = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % HUGE
    connection.sendall(
        b"POST /show HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n%b\r\n\r\n"
        % length
    )
    part = b"x" * 100_000
    part = b"%x\r\n%b\r\n" % (len(part), part) if chunked else part
    kept, sent = 0, 0
    try:
        while sent < HUGE:
            connection.sendall(part)
            sent += len(part)
            kept = max(kept, spooled(process))
    except ConnectionError:  # it has hung up, as it should
        pass
    assert sent < 30_000_000
    assert kept == 0
    assert psutil.Process(process.pid).memory_info().rss - before < 20_000_000


def test_a_chunked_body_is_taken(server):
    parts = iter([json.dumps({**ASKED, "number": 0}).encode()[:20], b""])
    response, body = ask(server, "POST", "/show", parts, Content_Type="application/json")
    assert response.status == 400
    assert json.loads(body)["error"].startswith("the request is no JSON")


def test_slow_clients_hold_nobody_up(server, connect):
    for number in range(40):
        head = b"POST /show HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
        connect().sendall(head if number % 2 else head + b"\r\n{")
    begun = time.monotonic()
    assert ask(server)[0].status == 200
    assert time.monotonic() - begun < 10


def test_a_long_header_is_refused(connect):
    connection = connect()
    connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 20_000)
    assert connection.recv(1000).startswith(b"HTTP/1.0 431 ")


def test_what_is_no_http_is_refused(connect):
    connection = connect()
    connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n")
    assert b" 400 " in connection.recv(1000)


def test_a_port_in_use_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [*DEMO, "--port", port]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert result.returncode == 1
    assert result.stderr.startswith(f"demo: cannot listen on 127.0.0.1, port {port}: ")


@pytest.mark.parametrize("port", ["99999", "65536", "-1", "1.5", "web", "", "²"])
def test_what_is_no_port_is_told(port, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["demo", f"--port={port}"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert (
        capsys.readouterr()
        .err.splitlines()[-1]
        .endswith(f"argument --port: it is {port!r}; it must be a whole number from 0 to 65535")
    )


@pytest.mark.parametrize("host", ["no.such.invalid", "a" * 70, "..", "300.1.1.1", "192.0.2.1"])
def test_what_is_no_address_of_this_machine_is_told(host, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["demo", "--host", host, "--port", "0"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code.startswith("demo: ")
    assert host in ended.value.code
    assert "\n" not in ended.value.code


def test_a_host_without_a_name_is_not_every_address(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["demo", "--host", "", "--port", "0"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code.startswith("demo: cannot listen on a host without a name, port 0: ")


def test_it_is_served_by_ipv6_too():
    if not socket.has_ipv6 or not Path("/proc/net/if_inet6").exists():
        pytest.skip("this machine has no IPv6")
    with served("--host", "::1") as server:
        assert server[1].startswith("http://[::1]:")
        server = server[0], urlsplit(server[1])
        assert ask(server)[0].status == 200


def test_ctrl_c_ends_it_without_a_word():
    with served() as (process, _):
        process.send_signal(2)
        assert process.wait(20) in (0, 130)
