#!/usr/bin/env python3
"""A long line to a server on this machine: a relay that holds bytes back. Python 3.9+, nothing else.

  line.py PORT TO_PORT --delay-ms 25 --mbit 100

Listens on 127.0.0.1:PORT and passes every connection on to 127.0.0.1:TO_PORT. In each direction bytes leave no faster than the rate, all
connections together, and arrive the delay later; a connection that is made waits one round trip. It has no packets: nothing is lost and no
window grows, so it stands for a line whose TCP is already at speed. Kernels with sch_netem can do better.
"""
import argparse, collections, socket, threading, time


class Way:
    """One direction, shared by all connections: when the line is free again."""

    def __init__(self, bytes_per_s, delay_s):
        self.rate, self.delay, self.free, self.gate = bytes_per_s, delay_s, 0.0, threading.Lock()

    def send(self, count):
        """Takes the line for some bytes; gives when they arrive and how long whoever sends has to wait: the line holds 50 ms."""
        with self.gate:
            now = time.monotonic()
            self.free = max(self.free, now) + count / self.rate
            return self.free + self.delay, self.free - now - 0.05


def pump(source, sink, way):
    queue, ready, ended = collections.deque(), threading.Condition(), [False]

    def deliver():
        while True:
            with ready:
                while not queue and not ended[0]:
                    ready.wait()
                if not queue:
                    break
                due, data = queue.popleft()
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                sink.sendall(data)
            except OSError:
                break
        try:
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    threading.Thread(target=deliver, daemon=True).start()
    while True:
        try:
            data = source.recv(65536)
        except OSError:
            data = b""
        with ready:
            if data:
                due, wait = way.send(len(data))
                queue.append((due, data))
            ended[0] = not data
            ready.notify()
        if not data:
            return
        if wait > 0:
            time.sleep(wait)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("port", type=int)
    p.add_argument("to", type=int)
    p.add_argument("--delay-ms", type=float, default=25)
    p.add_argument("--mbit", type=float, default=100)
    a = p.parse_args()
    up, down = (Way(a.mbit * 1e6 / 8, a.delay_ms / 1000) for _ in range(2))
    with socket.create_server(("127.0.0.1", a.port)) as server:
        while True:
            near, _ = server.accept()
            threading.Thread(target=join, args=(near, a.to, up, down, a.delay_ms / 1000), daemon=True).start()


def join(near, port, up, down, delay):
    time.sleep(2 * delay)
    far = socket.create_connection(("127.0.0.1", port))
    for s in (near, far):
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=pump, args=(near, far, up), daemon=True).start()
    pump(far, near, down)


if __name__ == "__main__":
    main()
