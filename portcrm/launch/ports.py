"""The web server's port: the wanted one, or another that the reader agrees to."""

import socket
import sys

from portcrm.launch.speech import Trouble, say

DEFAULT = 8000
TRIES = 100


def is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def next_free(host: str, port: int) -> int:
    for candidate in range(port + 1, min(port + TRIES, 65535) + 1):
        if is_free(host, candidate):
            return candidate
    raise Trouble(f"{port} 之后没有空闲端口。", f"No free port after {port}.")


def choose(host: str, wanted: int) -> int:
    """The wanted port; when it is taken say so and offer the next free one, which is taken where nobody can answer."""
    if is_free(host, wanted):
        return wanted
    other = next_free(host, wanted)
    if not sys.stdin.isatty():
        say(f"端口 {wanted} 已被占用,改用 {other}。", f"Port {wanted} is taken; using {other}.")
        return other
    answer = input(f"端口 {wanted} 已被占用,改用 {other}?· Port {wanted} is taken. Use {other}? [Y/n] ")
    if answer.strip().lower() in ("", "y", "yes", "是", "好"):
        return other
    raise Trouble(
        f"端口 {wanted} 已被占用。请用 ./run --port 指定其他端口。",
        f"Port {wanted} is taken. Choose another with ./run --port.",
    )
