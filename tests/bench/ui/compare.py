#!/usr/bin/env python3
"""compare.py BUILD_FOLDER [ROUNDS]: what the app costs, beside lists of the same kind in Qt Quick
(software renderer) and GTK 4 (cairo), in one run under one X server, taking turns.

Needs the packages of kind "bench": packaging/install-packages bench. Figures are medians of the
rounds; CPU is of the whole process, all threads; the X server's own work is nobody's.
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SIZES = [("1280x800", 1280, 800, 149), ("1920x1200", 1920, 1200, 224)]


class Display:
    def __enter__(self):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "2000x1300x24", "-nolisten", "tcp"],
            pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as numbers:
            os.environ["DISPLAY"] = ":" + numbers.readline().strip()
        os.environ["SDL_VIDEODRIVER"] = "x11"
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()


def run(command):
    """The lines of a program as name -> numbers; "wall" is from its start to its first frame."""
    started = time.monotonic()
    done = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=300)
    if done.returncode != 0:
        sys.exit(f"{command}: {done.stderr}")
    figures = {}
    for line in done.stdout.splitlines():
        name, *numbers = line.split()
        figures[name] = [float(number) for number in numbers]
    if "first" in figures:
        figures["wall"] = [figures["first"][1] / 1000 - started * 1000]
    return figures


def compile_peers(folder):
    def flags(package):
        found = subprocess.run(["pkg-config", "--cflags", "--libs", package], text=True,
                               stdout=subprocess.PIPE)
        if found.returncode != 0:
            sys.exit(f"{package} is missing: packaging/install-packages bench")
        return found.stdout.split()

    subprocess.run(["g++", "-O2", "-fPIC", f"-I{HERE}", HERE / "peer/qt.cpp", "-o", folder / "qt",
                    *flags("Qt6Quick")], check=True)
    subprocess.run(["gcc", "-O2", f"-I{HERE}", HERE / "peer/gtk.c", "-o", folder / "gtk",
                    *flags("gtk4")], check=True)


class Programs:
    def __init__(self, build, folder):
        self.bench, self.today, self.folder = build / "bench_ui", build / "bench_ui_today", folder

    def own(self, mode, size):
        return run([self.bench, mode, *size[1:]])

    def peer(self, name, mode, size):
        row, gap, step, strong, secondary = map(int, self.own("metrics", size)["metrics"])
        command = [self.folder / name, mode, size[1], size[2], row, gap, step, strong, secondary]
        return run(command + ([HERE / "peer/list.qml"] if name == "qt" else []))

    def real(self, size):
        return run([self.today, "run", self.folder / "tablet", *size[1:]])


class Table:
    def __init__(self):
        self.rounds = {}

    def add(self, name, figures, key, index=0):
        if key in figures:
            self.rounds.setdefault(name, []).append(figures[key][index])

    def get(self, name):
        return statistics.median(self.rounds[name])

    @staticmethod
    def line(what, value, unit, goal=None):
        shown = f"{value:9.2f} {unit:<3}"
        verdict = ""
        if goal is not None:
            verdict = f"goal <= {goal:<6g} {'met' if value <= goal else 'MISSED'}"
        print(f"  {what:<52}{shown}  {verdict}".rstrip())


def measure(programs, rounds):
    table = Table()
    for turn in range(rounds):
        print(f"round {turn + 1} of {rounds}", file=sys.stderr)
        for size in SIZES:
            name = size[0]
            own = programs.own("scroll", size)
            for key in ("moved", "drawn", "build", "tap", "nothing"):
                table.add(f"{name} {key}", own, key)
                table.add(f"{name} {key} p99", own, key, 1)
            for peer in ("qt", "gtk"):
                table.add(f"{name} {peer}", programs.peer(peer, "scroll", size), "drawn")
        size = SIZES[0]
        for _ in range(2):
            for who, figures in (("own", programs.own("first", size)),
                                 ("qt", programs.peer("qt", "first", size)),
                                 ("gtk", programs.peer("gtk", "first", size)),
                                 ("today", programs.real(size))):
                table.add(f"{who} first", figures, "first")
                table.add(f"{who} wall", figures, "wall")
                table.add(f"{who} pss", figures, "memory")
                table.add(f"{who} anonymous", figures, "memory", 1)
                table.add(f"{who} brief", figures, "brief")
                table.add(f"{who} brief p99", figures, "brief", 1)
    for size in SIZES:
        touch = programs.own("touch", size)
        table.add(f"{size[0]} touch frames", touch, "frames")
        table.add(f"{size[0]} touch", touch, "touch")
        table.add(f"{size[0]} touch p99", touch, "touch", 1)
    idle = programs.own("idle", SIZES[0])
    table.add("idle", idle, "idle")
    table.add("wakes", idle, "idle", 1)
    table.add("qt idle", programs.peer("qt", "idle", SIZES[0]), "idle")
    table.add("gtk idle", programs.peer("gtk", "idle", SIZES[0]), "idle")
    return table


def report(table):
    line, get = table.line, table.get
    for name, *_ in SIZES:
        most = 4 if name == "1280x800" else 5
        print(f"{name}: a fling over 10,000 rows, CPU a frame")
        line("pixels moved: mean", get(f"{name} moved"), "ms")
        line("pixels moved: p99", get(f"{name} moved p99"), "ms", most)
        line("all drawn: mean", get(f"{name} drawn"), "ms")
        line("all drawn: p99", get(f"{name} drawn p99"), "ms", most)
        line("of these, building the frame", get(f"{name} build"), "ms")
        line("Qt Quick, software: mean", get(f"{name} qt"), "ms")
        line("GTK 4, cairo: mean", get(f"{name} gtk"), "ms")
        line("all drawn / Qt Quick", get(f"{name} drawn") / get(f"{name} qt"), "", 0.5)
        line("pixels moved / Qt Quick", get(f"{name} moved") / get(f"{name} qt"), "", 0.15)
        line("all drawn / GTK 4", get(f"{name} drawn") / get(f"{name} gtk"), "", 0.25)
        line("a finger down or up: mean", get(f"{name} tap"), "ms")
        line("a finger down, to its pixels: frames, worst of 400", get(f"{name} touch frames"), "",
             1)
        line("a finger down, to its pixels: mean", get(f"{name} touch"), "ms")
        line("a finger down, to its pixels: p99", get(f"{name} touch p99"), "ms")
        line("nothing changed: mean", get(f"{name} nothing"), "ms")
    print("1280x800: from the start to the list on the screen")
    for who, words in (("own", "own"), ("qt", "Qt Quick"), ("gtk", "GTK 4")):
        line(f"{words}: CPU", get(f"{who} first"), "ms")
        line(f"{words}: wall", get(f"{who} wall"), "ms", 150 if who == "own" else None)
        line(f"{words}: PSS", get(f"{who} pss"), "MB")
    line("CPU / Qt Quick", get("own first") / get("qt first"), "", 0.5)
    line("CPU / GTK 4", get("own first") / get("gtk first"), "", 0.15)
    line("PSS / Qt Quick", get("own pss") / get("qt pss"), "", 0.65)
    print("at rest for 10 s")
    line("own: CPU", get("idle"), "ms", 1)
    line("own: wake-ups", get("wakes"), "", 5)
    line("Qt Quick: CPU", get("qt idle"), "ms")
    line("GTK 4: CPU", get("gtk idle"), "ms")
    print("the whole app, Today with 10,000 cases")
    line("from the start to Today: CPU", get("today first"), "ms")
    line("from the start to Today: wall", get("today wall"), "ms", 1000)
    line("PSS", get("today pss"), "MB", 30)
    line("of these anonymous", get("today anonymous"), "MB", 20)
    line("a brief, from the lifted finger to its pixels: mean", get("today brief"), "ms")
    line("a brief: p99", get("today brief p99"), "ms")


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    for tool in ("Xvfb", "pkg-config", "g++"):
        if shutil.which(tool) is None:
            sys.exit(f"{tool} is missing: packaging/install-packages build check bench")
    build = pathlib.Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) == 3 else 3
    with tempfile.TemporaryDirectory() as folder, Display():
        programs = Programs(build, pathlib.Path(folder))
        compile_peers(programs.folder)
        subprocess.run([programs.today, "make", programs.folder / "tablet"], check=True)
        report(measure(programs, rounds))


main()
