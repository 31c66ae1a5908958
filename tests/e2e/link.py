"""A weak link between two hosts of their own: network namespaces joined by two tun devices,
and this process in between, which holds packets back, lets only so many pass a second and
loses some. TCP above it is the kernel's own, so lost packets are sent again as they are in
the field. (tc netem would do the same; not every kernel has it.)
"""
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import threading
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
HQ_ADDRESS, TABLET_ADDRESS = "10.77.0.1", "10.77.0.2"
QUEUE_BYTES = 60000  # what waits beyond it is dropped, as a radio's queue does


def ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")


def why_not():
    """None, or why this machine cannot have such a link."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if not os.path.exists("/dev/net/tun"):
        return "/dev/net/tun is missing"
    name = f"ds-try-{os.getpid()}"
    try:
        ip("netns", "add", name)
        ip("netns", "del", name)
    except OSError as fault:
        return str(fault)
    return None


class Side:
    def __init__(self, namespace, device, address, peer):
        self.namespace = namespace
        self.fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(self.fd, TUNSETIFF, struct.pack("16sH", device.encode(), IFF_TUN | IFF_NO_PI))
        ip("netns", "add", namespace)
        ip("link", "set", device, "netns", namespace)
        ip("-n", namespace, "link", "set", "lo", "up")
        ip("-n", namespace, "addr", "add", address, "peer", peer, "dev", device)
        ip("-n", namespace, "link", "set", device, "mtu", "1400", "up")
        self.queued = 0      # bytes on their way to this side
        self.free_at = 0.0   # when the air is free again
        self.bytes = 0       # handed over
        self.packets = self.lost = 0


class Link:
    """`rate` bit/s each way, `delay` s one way, `loss` 0..1 each way."""

    def __init__(self, rate, delay, loss, seed=1):
        self.rate, self.delay, self.loss = rate, delay, loss
        self.is_up = True
        self.random = random.Random(seed)
        mark = os.getpid()
        self.hq = Side(f"ds-hq-{mark}", f"dsh{mark % 100000}", HQ_ADDRESS, TABLET_ADDRESS)
        self.tablet = Side(f"ds-tab-{mark}", f"dst{mark % 100000}", TABLET_ADDRESS, HQ_ADDRESS)
        self.heap = []
        self.count = 0
        self.wake_read, self.wake_write = os.pipe()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def inside(self, side):
        return ["ip", "netns", "exec", side.namespace]

    def set(self, rate=None, delay=None, loss=None, is_up=None):
        self.rate = rate if rate is not None else self.rate
        self.delay = delay if delay is not None else self.delay
        self.loss = loss if loss is not None else self.loss
        self.is_up = is_up if is_up is not None else self.is_up

    def take(self, packet, to):
        to.packets += 1
        if not self.is_up or self.random.random() < self.loss or to.queued + len(packet) > QUEUE_BYTES:
            to.lost += 1
            return
        now = time.monotonic()
        to.free_at = max(to.free_at, now) + len(packet) * 8 / self.rate
        to.queued += len(packet)
        self.count += 1
        heapq.heappush(self.heap, (to.free_at + self.delay, self.count, packet, to))

    def deliver(self):
        while self.heap and self.heap[0][0] <= time.monotonic():
            _, _, packet, to = heapq.heappop(self.heap)
            to.queued -= len(packet)
            if not self.is_up:
                to.lost += 1
                continue
            to.bytes += len(packet)
            try:
                os.write(to.fd, packet)
            except OSError:
                to.lost += 1

    def run(self):
        other = {self.hq.fd: self.tablet, self.tablet.fd: self.hq}
        while True:
            wait = max(0.0, self.heap[0][0] - time.monotonic()) if self.heap else 1.0
            ready, _, _ = select.select([self.hq.fd, self.tablet.fd, self.wake_read], [], [], wait)
            if self.wake_read in ready:
                return
            for fd in ready:
                try:
                    packet = os.read(fd, 4096)
                except OSError:
                    continue
                self.take(packet, other[fd])
            self.deliver()

    def close(self):
        os.write(self.wake_write, b"x")
        self.thread.join()
        for side in (self.hq, self.tablet):
            os.close(side.fd)
            subprocess.run(["ip", "netns", "del", side.namespace], capture_output=True, check=False)
        os.close(self.wake_read)
        os.close(self.wake_write)
