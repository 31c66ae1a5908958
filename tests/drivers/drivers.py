"""The same pictures on every display driver, and a real window under a real X server.

drivers.py SHOW same   every frame of a touch story, pixel by pixel, without a display, and with
                       SDL's offscreen, dummy and x11 drivers; with wayland too where there is weston
drivers.py SHOW live   a window on X11, driven by xdotool: click, drag, wheel, Escape

Passed over (77) on a machine without Xvfb or xdotool.
"""
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

PATIENCE_S = 60  # a machine under load is slow, not wrong


class Display:
    """An X server of its own, on a number that it chooses itself."""

    def __enter__(self):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1000x700x24", "-nolisten", "tcp"],
            pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as numbers:
            self.name = ":" + numbers.readline().strip()
        return self.name

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()


class Compositor:
    """A Wayland compositor of its own in a window of `display`: it has the seat that SDL needs."""

    def __init__(self, display):
        self.folder = tempfile.TemporaryDirectory(prefix="doorstep-wayland-")
        self.environment = {"XDG_RUNTIME_DIR": self.folder.name, "WAYLAND_DISPLAY": "doorstep"}
        self.display = display

    def __enter__(self):
        self.server = subprocess.Popen(
            ["weston", "--backend=x11-backend.so", "--use-pixman", "--socket=doorstep", "--width=1000",
             "--height=700", "--idle-time=0"],
            env={**os.environ, **self.environment, "DISPLAY": self.display},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE_S
        while not os.path.exists(os.path.join(self.folder.name, "doorstep")):
            if self.server.poll() is not None or time.monotonic() > end:
                sys.exit("the compositor did not start")
            time.sleep(0.1)
        return self.environment

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
        self.folder.cleanup()


def environment(driver, display=None):
    values = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    if driver:
        values["SDL_VIDEODRIVER"] = driver
    if display:
        values["DISPLAY"] = display
    return values


def story(show, mode, driver, display=None, more=None):
    done = subprocess.run([show, mode], env={**environment(driver, display), **(more or {})}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    if done.returncode != 0:
        sys.exit(f"{driver or mode}: {done.stderr}")
    return done.stdout.splitlines()


def same(show):
    pictures = {"headless": story(show, "headless", None)}
    for driver in ("offscreen", "dummy"):
        pictures[driver] = story(show, "touch", driver)
    with Display() as display:
        pictures["x11"] = story(show, "touch", "x11", display)
        if shutil.which("weston"):
            with Compositor(display) as wayland:
                pictures["wayland"] = story(show, "touch", "wayland", more=wayland)
    wanted = pictures.pop("headless")
    if len(wanted) < 80 or len({line.split()[2] for line in wanted}) < 40:
        sys.exit(f"the story is too short: {len(wanted)} frames")
    for driver, lines in pictures.items():
        for number, (want, got) in enumerate(zip(wanted, lines)):
            if want != got:
                sys.exit(f"{driver}: frame {number} is {got}, without a display {want}")
        if len(lines) != len(wanted):
            sys.exit(f"{driver}: {len(lines)} frames, without a display {len(wanted)}")
    print(f"{len(wanted)} frames, the same without a display and on {', '.join(pictures)}")


class Window:
    def __init__(self, show, display):
        self.environment = environment("x11", display)
        self.process = subprocess.Popen([show, "live"], env=self.environment, text=True,
                                        stdout=subprocess.PIPE)
        self.lines = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()
        self.at = {}
        self.places("ready")
        self.number = self.tool("search", "--sync", "--name", "^show$").split()[0]
        place = self.tool("getwindowgeometry", self.number)
        self.x, self.y = map(int, re.search(r"Position: (\d+),(\d+)", place).groups())

    def listen(self):
        for line in self.process.stdout:
            self.lines.put(line.strip())
        self.lines.put(None)

    def line(self, wait_s=PATIENCE_S):
        """Its next line; None when it says nothing for so long."""
        try:
            line = self.lines.get(timeout=max(wait_s, 0))
        except queue.Empty:
            return None
        if line is None:
            sys.exit(f"the window ended with {self.process.wait()}")
        return line

    def places(self, last):
        """Takes "at KEY X Y" lines until `last`."""
        while (line := self.line()) != last:
            if line is None:
                sys.exit(f"never came: {last}")
            if line.startswith("at "):
                _, key, x, y = line.split()
                self.at[key] = (int(x), int(y))

    def click(self, x, y):
        self.move(x, y)
        self.tool("mousedown", "1")
        time.sleep(0.05)
        self.tool("mouseup", "1")

    def tool(self, *words):
        return subprocess.run(["xdotool", *words], env=self.environment, check=True, text=True,
                              stdout=subprocess.PIPE, timeout=PATIENCE_S).stdout

    def move(self, x, y):
        self.tool("mousemove", str(self.x + x), str(self.y + y))

    def seen(self, pattern, wait_s):
        end = time.monotonic() + wait_s
        while (line := self.line(end - time.monotonic())) is not None:
            if found := re.fullmatch(pattern, line):
                return found
        return None

    def until(self, pattern):
        return self.seen(pattern, PATIENCE_S) or sys.exit(f"never came: {pattern}")

    def click_until(self, x, y, pattern):
        """A click on a list that still coasts only stops it; one may fall between two rows."""
        for attempt in range(10):
            self.click(x, y + attempt * 17)
            if found := self.seen(pattern, PATIENCE_S / 10):
                return found
        sys.exit(f"never came: {pattern}")


def live(show):
    with Display() as display:
        window = Window(show, display)
        window.click(*window.at["start"])
        window.until("started")
        window.places("listed")
        x, y = window.at["cases"]
        window.move(x, y + 80)
        window.tool("mousedown", "1")
        for step in range(1, 9):
            window.move(x, y + 80 - 20 * step)
        window.tool("mouseup", "1")
        dragged = int(window.until(r"scroll (\d+)").group(1))
        time.sleep(1)
        window.tool("click", "5")
        time.sleep(0.2)
        row = int(window.click_until(x, y, r"row (\d+)").group(1))
        if row == 0:
            sys.exit("the list did not move")
        window.tool("key", "Escape")
        window.until("back")
        window.until("exact")
        if window.process.wait(timeout=30) != 0:
            sys.exit("the window failed")
        print(f"clicked, dragged from {dragged} on, row {row} tapped, closed by its back key")


def main():
    show, what = sys.argv[1:]
    for tool in ("Xvfb", "xdotool"):
        if shutil.which(tool) is None:
            print(f"passed over: no {tool} here")
            sys.exit(77)
    {"same": same, "live": live}[what](show)


main()
