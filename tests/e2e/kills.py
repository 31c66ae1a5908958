#!/usr/bin/env python3
"""The real app, in real time, killed at random moments while a visit is tapped and a note is
typed. A tap counts as accepted once its answer was on the screen; a letter once it was there.
After each kill: no accepted tap is lost, and of the letters at most half a second's.

usage: kills.py SOURCE_DIR BUILD_DIR [--kills N] [--seed N] [--keep]
"""
import argparse
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from field import OFFLINE, PROMISE, Failed, Office, World, begin, expect, stops  # noqa: E402

KILLS = 30
LOST_MS_MAX = 500
LETTERS = "kq7zxw4hnjv9bmty2cgr"  # every beginning of it is found nowhere else
REAL = {"SDL_VIDEODRIVER": "offscreen", "SDL_AUDIODRIVER": "dummy"}


def taps():
    """The taps of a promise, up to the page on which the note is written."""
    return [line for line in PROMISE.splitlines() if line.startswith("tap ")]


def marked(steps, folder):
    """A script that leaves a file after each step: what was on the screen then."""
    lines = []
    for number, step in enumerate(steps):
        lines += [step, f"dump {folder}/{number:03}.txt"]
    return "\n".join(lines) + "\nawait \"∎\" 60000\n"


def signature(text):
    """What a screen offers and says at its keys, without places and ages."""
    found = []
    for line in text.splitlines():
        match = re.match(r'\s*(\w+) #(\S+)(?: "([^"]*)")?(?: = "([^"]*)")?', line)
        if match and not match[2].startswith(("keyboard", "root", "visit/body")):
            found.append((match[2], match[4], " selected" in line, " disabled" in line))
    return tuple(found)


def shown(tablet):
    """What the app shows when it is opened again."""
    tablet.touch("wait 300\ndump again.txt\n", OFFLINE)
    return signature((tablet.shots / "again.txt").read_text(encoding="utf-8"))


def draft(tablet):
    return b"".join(row[0] for row in tablet.rows("SELECT bytes FROM draft"))


class Run:
    def __init__(self, tablet, base):
        self.tablet, self.base = tablet, base
        self.folder = tablet.world.folder / f"{tablet.name}-marks"

    def fresh(self):
        shutil.rmtree(self.tablet.folder, ignore_errors=True)
        shutil.copytree(self.base, self.tablet.folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def marks(self):
        """Steps whose answer was on the screen, with the time at which it was."""
        files = sorted(self.folder.glob("*.txt"))
        return [file.stat().st_mtime for file in files if file.stat().st_size > 0]

    def start(self, steps):
        words = [word for word in self.tablet.command(marked(steps, self.folder), OFFLINE) if word != "--headless"]
        return subprocess.Popen(words, cwd=self.tablet.shots, env={**os.environ, **REAL},
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def learn(run, steps):
    """What is shown again after each number of steps, each ended as it should be."""
    again = []
    for count in range(len(steps) + 1):
        run.fresh()
        run.tablet.touch("wait 100\n" + "\n".join(steps[:count]) + "\nwait 700\n", OFFLINE)
        again.append(shown(run.tablet))
    return again


def lives(process):
    if process.poll() is not None:
        raise Failed(f"the app ended by itself:\n{process.stderr.read().decode()}")


def marks_wait(run, process, count):
    end = time.monotonic() + 60
    while len(run.marks()) < count:
        lives(process)
        expect(time.monotonic() < end, f"the script does not get on: {len(run.marks())} of {count} steps")
        time.sleep(0.01)


def whole_run_s(run, steps):
    run.fresh()
    began = time.time()
    process = run.start(steps)
    marks_wait(run, process, len(steps))
    took = time.time() - began
    process.kill()
    process.wait()
    return took


def judge(run, killed_at, tap_count, again):
    """Letters lost in ms; fails when a tap is lost."""
    marks = run.marks()
    taps_seen = min(len(marks), tap_count)
    now = shown(run.tablet)
    places = [at for at, known in enumerate(again) if known == now]
    if taps_seen < tap_count:
        # One more may have been accepted than was seen.
        expect(any(at >= taps_seen for at in places),
               f"{taps_seen} taps were answered, after the kill the app shows {places or 'something else'}")
        return None
    kept = draft(run.tablet)
    letters = max(count for count in range(len(LETTERS) + 1)
                  if count == 0 or LETTERS[:count].encode() in kept)
    typed = marks[tap_count:]
    return 0.0 if letters >= len(typed) else max(0.0, (killed_at - typed[letters]) * 1000)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source")
    parser.add_argument("build")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    world = World(options.build, options.source)
    is_fine = False
    try:
        office = Office(world, cases=20)
        office.hq.kill(signal.SIGTERM)
        tablet = office.tablet
        expect(any(begin(tablet, case) for case in stops(tablet)), "no visit may be begun")
        base = world.folder / "base"
        shutil.copytree(tablet.folder, base)
        run = Run(tablet, base)
        tap_steps = [*taps(), "tap #note"]
        steps = [*tap_steps, *(f'type "{letter}"' for letter in LETTERS)]
        again = learn(run, tap_steps)
        took = whole_run_s(run, steps)
        world.say(f"{len(tap_steps)} taps and {len(LETTERS)} letters take {took:.2f} s")
        losses = []
        tap_kills = 0
        for _ in range(options.kills):
            run.fresh()
            process = run.start(steps)
            if dice.random() < 0.5:  # among the letters, however slow the machine is today
                marks_wait(run, process, len(tap_steps))
                time.sleep(dice.uniform(0.0, took * 0.4))
            else:
                time.sleep(dice.uniform(0.05, took))
            lives(process)
            killed_at = time.time()
            process.kill()
            process.wait()
            process.stderr.close()
            lost_ms = judge(run, killed_at, len(tap_steps), again)
            if lost_ms is None:
                tap_kills += 1
            else:
                losses.append(lost_ms)
                expect(lost_ms <= LOST_MS_MAX, f"{lost_ms:.0f} ms of typing are lost")
        lossy = sorted(loss for loss in losses if loss > 0)
        world.say(f"{options.kills} kills: {tap_kills} among taps, none lost; {len(losses)} among letters, "
                  f"{len(lossy)} of them lost something, at most {lossy[-1] if lossy else 0:.0f} ms of typing")
        expect(tap_kills > 0 and losses, "the kills did not hit both taps and letters")
        is_fine = True
    except Failed as fault:
        print(f"FAILED: {fault}")
    finally:
        world.close(options.keep or not is_fine)
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(main())
