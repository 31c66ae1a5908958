#!/usr/bin/env python3
"""A whole visit in a real window, on a real X server, by a mouse that is moved: nothing of it
goes past the display. The app's own script only looks: it says where the next thing is.

usage: window.py SOURCE_DIR BUILD_DIR [--keep]

Passed over (77) on a machine without Xvfb or xdotool.
"""
import argparse
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from field import ABOUT, FINISH, OFFLINE, PROMISE, Failed, Office, World, expect, journal, stops  # noqa: E402
from story import VISIT  # noqa: E402

WIDTH, HEIGHT = 1280, 800  # of field.Tablet
LOOK_MS = 800  # from where it is until it is touched


class Display:
    """An X server of its own, on a number that it chooses itself."""

    def __enter__(self):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x1600x24", "-nolisten", "tcp"],
            pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as numbers:
            self.name = ":" + numbers.readline().strip()
        return self.name

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()


class Mouse:
    def __init__(self, display):
        self.environment = {key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"}
        self.environment.update(DISPLAY=display, SDL_VIDEODRIVER="x11", SDL_AUDIODRIVER="dummy")
        self.left = self.top = 0

    def tool(self, *words):
        return subprocess.run(["xdotool", *map(str, words)], env=self.environment, check=True, text=True,
                              stdout=subprocess.PIPE, timeout=60).stdout

    def find_window(self):
        number = self.tool("search", "--sync", "--name", "^Doorstep$").split()[0]
        place = self.tool("getwindowgeometry", number)
        self.left, self.top = map(int, re.search(r"Position: (-?\d+),(-?\d+)", place).groups())

    def move(self, x, y):
        self.tool("mousemove", self.left + x, self.top + y)

    def tap(self, x, y, w, h):
        self.move(x + w // 2, y + h // 2)
        self.tool("mousedown", 1, "sleep", 0.06, "mouseup", 1)

    def slide(self, x, y, w, h):
        knob = min(w, h) // 2
        self.move(x + knob, y + h // 2)
        self.tool("mousedown", 1)
        for part in range(1, 11):
            self.move(x + knob + (w - 2 * knob) * part // 10, y + h // 2)
        self.tool("sleep", 0.1, "mouseup", 1)

    def wheel_down(self):
        """As far as it goes, in the middle of the window."""
        self.move(WIDTH // 2, HEIGHT // 2)
        self.tool("click", "--repeat", 40, "--delay", 5, 5)


def steps_of(script):
    """("tap" or "slide", key) in their order."""
    return re.findall(r"^(tap|slide) #(\S+)", script, re.M)


def looking(steps, folder):
    """The script of the app: waits for what is next and says where it is, touches nothing."""
    lines = []
    for number, (_, key) in enumerate(steps):
        lines += [f"await #{key} 30000", "wait 200", f"dump {folder}/{number:03}.txt", f"wait {LOOK_MS}",
                  f"dump {folder}/{number:03}-again.txt", f"wait {LOOK_MS}"]
    return "\n".join([*lines, "await #root/today 30000", "wait 500", "quit", ""])


def place_of(text, key):
    """Where it is, None while it is out of sight."""
    match = re.search(rf"#{re.escape(key)} .*?(-?\d+),(-?\d+) (\d+)x(\d+)([^\n]*)", text)
    expect(match, f"#{key} is not on the screen")
    x, y, w, h = map(int, match.groups()[:4])
    is_seen = "hidden" not in match[5] and y >= 0 and y + h <= HEIGHT
    return (x, y, w, h) if is_seen else None


def place_in(process, file, key):
    end = time.monotonic() + 60
    while not (file.exists() and f"#{key} " in file.read_text(encoding="utf-8")):
        if process.poll() is not None:
            raise Failed(f"before #{key}: {process.stderr.read()}")
        expect(time.monotonic() < end, f"#{key} never came")
        time.sleep(0.02)
    return place_of(file.read_text(encoding="utf-8"), key)


def fresh(tablet, base):
    shutil.rmtree(tablet.folder, ignore_errors=True)
    shutil.copytree(base, tablet.folder)


def wanted_visit(tablet, base):
    """A visit that goes through without a display: its steps, and the kinds of its facts."""
    for case in stops(tablet):
        fresh(tablet, base)
        script = VISIT.format(case=case) + PROMISE + ABOUT + FINISH
        log = tablet.shots / "wanted.txt"
        log.unlink(missing_ok=True)
        tablet.touch("wait 100\n" + script + "wait 300\ndump wanted.txt\n", OFFLINE, code=None)
        kinds = [row[2] for row in journal(tablet)]
        if log.exists() and len(kinds) > 3:
            return steps_of(script), kinds
    raise Failed("no stop may be visited")


def in_the_window(tablet, steps, mouse):
    folder = tablet.world.folder / "places"
    folder.mkdir()
    words = [word for word in tablet.command(looking(steps, folder), OFFLINE, "--ppi", "160")
             if word != "--headless"]
    process = subprocess.Popen(words, cwd=tablet.shots, env=mouse.environment, stderr=subprocess.PIPE, text=True)
    tablet.world.started.append(process)
    mouse.find_window()
    for number, (verb, key) in enumerate(steps):
        place = place_in(process, folder / f"{number:03}.txt", key)
        if place is None:
            mouse.wheel_down()
            place = place_in(process, folder / f"{number:03}-again.txt", key)
            expect(place is not None, f"#{key} cannot be scrolled into sight")
        (mouse.slide if verb == "slide" else mouse.tap)(*place)
    code = process.wait(timeout=90)
    if code != 0:
        raise Failed(f"the window ended with {code}: {process.stderr.read()}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source")
    parser.add_argument("build")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    for tool in ("Xvfb", "xdotool"):
        if shutil.which(tool) is None:
            print(f"passed over: no {tool} here")
            return 77
    world = World(options.build, options.source)
    is_fine = False
    try:
        office = Office(world, cases=20)
        office.hq.kill(signal.SIGTERM)
        tablet = office.tablet
        base = world.folder / "base"
        shutil.copytree(tablet.folder, base)
        steps, kinds = wanted_visit(tablet, base)
        fresh(tablet, base)
        with Display() as display:
            in_the_window(tablet, steps, Mouse(display))
        seen = [row[2] for row in journal(tablet)]
        expect(seen == kinds, f"by mouse the facts are {seen}, by script {kinds}")
        world.say(f"{len(steps)} touches by mouse in a real window made the same {len(kinds)} facts as the script")
        is_fine = True
    except Failed as fault:
        print(f"FAILED: {fault}")
    finally:
        world.close(options.keep or not is_fine)
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(main())
