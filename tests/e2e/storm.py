#!/usr/bin/env python3
"""Real processes, killed without warning again and again: app, agent and headquarters, while
two collectors work and everything syncs. Whatever was once in a tablet's journal stays there
and reaches headquarters exactly once.

usage: storm.py SOURCE_DIR BUILD_DIR [--kills N] [--seed N] [--keep]
"""
import pathlib
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from field import FINISH, Failed, Hq, Tablet, World, begin, enrol, expect, portfolio, rows, stops  # noqa: E402

KILLS = 60
LIMIT_S = 240


def journal(tablet):
    """Every fact of the tablet, by seq. The app is not running."""
    return tablet.rows("SELECT seq, id, body FROM journal ORDER BY seq")


class HqKiller(threading.Thread):
    """Headquarters dies and comes back all the time."""

    def __init__(self, hq, seed):
        super().__init__(daemon=True)
        self.hq, self.random = hq, random.Random(seed)
        self.kills = 0
        self.is_over = False
        self.fault = None

    def run(self):
        try:
            while not self.is_over:
                time.sleep(self.random.uniform(0.2, 1.2))
                self.hq.kill()
                self.kills += 1
                time.sleep(self.random.uniform(0.0, 0.4))
                self.hq.start()
        except (Failed, OSError) as fault:
            self.fault = fault

    def stop(self):
        self.is_over = True
        self.join()
        expect(self.fault is None, f"headquarters did not come back: {self.fault}")


def works_and_dies(tablet, case, dice):
    """A visit, or a sync, killed at some moment of it; the number of kills that hit."""
    kills = 0
    if dice.random() < 0.3:
        script = "wait 100\ntap #root/sync\nwait 100\ntap #sync/now\nawait \"∎\" 60000\n"
        kills += tablet.touch_and_kill(script, dice.uniform(0.1, 1.5))
        kills += tablet.agent_kill()
        return kills
    steps = ["tap #who/nobody\nwait 100\n", "tap #outcome/nobody_home\nwait 100\n", FINISH]
    tablet.touch("wait 50\ntap #root/today\nwait 50\n", "--no-agent", code=None)
    if not begin(tablet, case):
        return 0  # a rule forbids it today
    for step in steps:
        kills += tablet.touch_and_kill("wait 50\n" + step + "await \"∎\" 60000\n", dice.uniform(0.05, 0.5), *quiet(dice))
        kills += tablet.agent_kill()
    # What was not accepted before a kill is tapped again, until the visit is finished.
    for step in steps:
        tablet.touch("wait 50\n" + step, "--no-agent", code=None)
    return kills


def quiet(dice):
    return [] if dice.random() < 0.5 else ["--no-agent"]


def same_beginning(before, after, name):
    expect(after[:len(before)] == before, f"{name}: facts that were in the journal changed or are gone")
    return after


def all_confirmed(hq, tablets):
    return all({row[1] for row in journal(tablet)} <= hq_ids(hq) for tablet in tablets)


def hq_ids(hq):
    return {row[0] for row in rows(hq.folder / "hq.db", "SELECT id FROM event WHERE device_no > 0")}


def storm(world, kills_wanted, seed):
    dice = random.Random(seed)
    hq = Hq(world)
    portfolio(world, hq, cases=240, collectors=2)
    hq.start()
    tablets = [Tablet(world, "tablet-1", "zh"), Tablet(world, "tablet-2", "en", size="720x1280")]
    for tablet, person in zip(tablets, ("C001", "C002")):
        enrol(hq, tablet, person)
    cases = {tablet.name: stops(tablet) for tablet in tablets}
    known = {tablet.name: journal(tablet) for tablet in tablets}
    killer = HqKiller(hq, seed)
    killer.start()
    app_kills = 0
    start = time.monotonic()
    while app_kills + killer.kills < kills_wanted and time.monotonic() - start < LIMIT_S:
        tablet = dice.choice(tablets)
        case = cases[tablet.name].pop(0) if cases[tablet.name] else 0
        app_kills += works_and_dies(tablet, case, dice)
        known[tablet.name] = same_beginning(known[tablet.name], journal(tablet), tablet.name)
    killer.stop()
    expect(app_kills + killer.kills >= kills_wanted, f"only {app_kills} + {killer.kills} kills in {LIMIT_S} s")
    for tablet in tablets:
        for _ in range(20):
            tablet.touch("wait 100\ntap #root/sync\nwait 100\ntap #sync/now\nawait \"∎\" 2500\n", code=None)
            if all_confirmed(hq, [tablet]):
                break
        known[tablet.name] = same_beginning(known[tablet.name], journal(tablet), tablet.name)
    at_hq = rows(hq.folder / "hq.db", "SELECT device_no, strand, seq, id, body FROM event WHERE device_no > 0")
    made = {row[1]: row[2] for facts in known.values() for row in facts}
    expect({row[3]: row[4] for row in at_hq} == made, f"{len(made)} facts were made, headquarters has {len(at_hq)}")
    expect(len(at_hq) == len(made), "headquarters has a fact twice")
    hq.run("verify")
    hq.run("rebuild", "--dry-run", code=None)
    hq.kill()
    world.say(f"{app_kills} kills of app and agent, {killer.kills} of headquarters: {len(made)} facts made, "
              f"{len(at_hq)} at headquarters, each once (seed {seed})")


def option(name, fallback):
    return int(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else fallback


def main():
    world = World(sys.argv[2], sys.argv[1])
    is_good = False
    try:
        storm(world, option("--kills", KILLS), option("--seed", 1))
        is_good = True
    except Failed as fault:
        print(f"FAILED: {fault}")
    finally:
        world.close(keep="--keep" in sys.argv or not is_good)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
