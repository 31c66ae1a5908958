#!/usr/bin/env python3
"""A collector's day over a network as bad as it gets: the tablet and headquarters stand in
network namespaces of their own, joined by a link of 20 kbit/s, 800 ms there and back, one
packet in ten lost; before that, no network at all.

  1  a day's 25 visits are captured without any network, then all their text goes up
  2  a photo of 3 MB goes up over a better link that is cut 20 times; no part of it that
     arrived is sent again

usage: weak_link.py SOURCE_DIR BUILD_DIR [--keep]     exit code 77: this machine has no namespaces
"""
import pathlib
import random
import re
import sqlite3
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import link as weak  # noqa: E402
from programs import Failed, Hq, Tablet, World, expect  # noqa: E402
from story import FINISH, POLICY, VISIT, enrol  # noqa: E402

VISITS = 25
TEXT_GOAL_S = 60
TEXT_LIMIT_S = 300  # beyond it something hangs, whatever the machine is busy with
PHOTO_SIZE = 3_000_000
CHUNK_SIZE = 32 * 1024
CUTS = 20


def portfolio(world, hq, collectors=1):
    hq.run("init")
    hq.run("sample", "--cases", 120 * collectors, "--collectors", collectors, "--seed", 11, "--out", "sample")
    hq.run("people", "import", "sample/people.csv")
    hq.run("import", "sample/cases.csv", code=None)
    (world.folder / "open.pol").write_text(POLICY)
    hq.run("policy", "set", "open.pol")
    hq.run("assign")


def count(hq, query):
    connection = sqlite3.connect(f"file:{hq.folder / 'hq.db'}?mode=ro", uri=True)
    (number,) = connection.execute(query).fetchone()
    connection.close()
    return number


def facts_at_hq(hq):
    return count(hq, "SELECT count(*) FROM event WHERE device_no > 0")


def facts_made(tablet):
    """Read after the app ended; the app alone owns the file while it runs."""
    connection = sqlite3.connect(f"file:{tablet.folder / 'device.db'}?mode=ro", uri=True)
    (number,) = connection.execute("SELECT count(*) FROM journal").fetchone()
    connection.close()
    return number


def planned_cases(tablet):
    tablet.touch("await #root/today 20000\nwait 300\ndump cases.txt\n", "--no-agent")
    return [int(n) for n in re.findall(r"#stop/(\d+) ", (tablet.shots / "cases.txt").read_text(encoding="utf-8"))]


def begin_visit(tablet, case):
    tablet.touch("wait 100\n" + VISIT.format(case=case) + 'dump begun.txt\n', "--no-agent", code=None)
    begun = tablet.shots / "begun.txt"
    is_begun = begun.exists()
    begun.unlink(missing_ok=True)
    if not is_begun:
        tablet.touch("wait 100\ntap #bar/back\nwait 100\n", "--no-agent", code=None)
    return is_begun


def day_without_network(world, tablet):
    """25 visits: every third a promise with a note, the others nobody home."""
    cases = planned_cases(tablet)
    done = 0
    for case in cases:
        if done == VISITS:
            break
        if not begin_visit(tablet, case):
            continue  # a rule forbids it today
        if done % 3 == 0:
            script = ("tap #who/verified\nwait 100\ntap #outcome/promise_to_pay\nwait 100\ntap #amount/5\ntap #amount/0\n"
                       "tap #amount/0\ntap #due/in3\ntap #channel/mobile_pay\ntap #visit/next\nwait 100\ntap #cooperation/4\n"
                       "tap #reason/short_of_funds\ntap #ability/2\ntap #willingness/3\ntap #note/phrase0\ntap #visit/next\nwait 100\n")
        else:
            script = "tap #who/nobody\nwait 100\ntap #outcome/nobody_home\nwait 100\n"
        tablet.touch("wait 100\n" + script + FINISH, "--no-agent")
        done += 1
    expect(done == VISITS, f"only {done} of {VISITS} stops were planned for the day: {len(cases)}")


def text_goes_up(world, hq, tablet, link):
    made = facts_made(tablet)
    expect(facts_at_hq(hq) < made, "something went up without a network")
    link.set(rate=20_000, delay=0.4, loss=0.10, is_up=True)
    up, down = link.hq.bytes, link.tablet.bytes
    start = time.monotonic()
    app = tablet.start("await #root/sync 20000\ntap #root/sync\nwait 200\ntap #sync/now\nawait \"∎\" 600000\n")
    while facts_at_hq(hq) < made and time.monotonic() - start < TEXT_LIMIT_S:
        expect(app.poll() is None, f"the app ended: {app.returncode}")
        time.sleep(0.1)
    took = time.monotonic() - start
    expect(facts_at_hq(hq) == made, f"{facts_at_hq(hq)} of {made} facts after {took:.0f} s")
    time.sleep(5)  # the receipt comes down
    app.kill()
    app.wait()
    tablet.agent_kill()
    world.say(f"{VISITS} visits ({made} facts) over 20 kbit/s, 800 ms, 10 % loss: {took:.1f} s (goal {TEXT_GOAL_S} s), "
              f"{link.hq.bytes - up} bytes up and {link.tablet.bytes - down} down with all packet heads")


def photo_resumes(world, hq, tablet, link):
    camera = tablet.folder / "camera"
    camera.mkdir(exist_ok=True)
    noise = random.Random(5).randbytes(PHOTO_SIZE - 4)
    (camera / "IMG_0001.jpg").write_bytes(b"\xff\xd8" + noise + b"\xff\xd9")
    link.set(is_up=False)
    attach_photo(tablet)
    link.set(rate=4_000_000, delay=0.03, loss=0.0, is_up=True)
    up = link.hq.bytes
    cuts = random.Random(9)
    app = tablet.start("await #root/sync 20000\ntap #root/sync\nwait 200\ntap #sync/now\nawait \"∎\" 600000\n")
    start = time.monotonic()
    cut_count = 0
    next_cut = up + PHOTO_SIZE // (CUTS + 2)
    while time.monotonic() - start < TEXT_LIMIT_S and not is_photo_whole(hq):
        if cut_count < CUTS and link.hq.bytes >= next_cut:
            link.set(is_up=False)
            time.sleep(0.3 + cuts.random() * 0.5)
            link.set(is_up=True)
            cut_count += 1
            next_cut = link.hq.bytes + PHOTO_SIZE // (CUTS + 2)
            tablet.wake()
        time.sleep(0.01)
    expect(is_photo_whole(hq), f"the photo is not whole after {time.monotonic() - start:.0f} s and {cut_count} cuts")
    app.kill()
    app.wait()
    tablet.agent_kill()
    sent = link.hq.bytes - up
    expect(cut_count == CUTS, f"only {cut_count} cuts fell into the upload")
    # Packet heads and boxes are 6 %; every cut may cost the part that was in the air.
    bound = PHOTO_SIZE * 1.06 + CUTS * 2 * CHUNK_SIZE
    expect(sent <= bound, f"{sent} bytes went up for a photo of {PHOTO_SIZE}: parts were sent again (at most {bound:.0f})")
    world.say(f"a photo of {PHOTO_SIZE} bytes arrived whole through {cut_count} cuts with {sent} bytes on the air "
              f"({(sent - PHOTO_SIZE * 1.04) / CUTS / 1024:.0f} KiB lost a cut, goal 32)")


def attach_photo(tablet):
    case = next(case for case in planned_cases(tablet) if begin_visit(tablet, case))
    tablet.touch("wait 100\n" + PHOTO_TAPS +
                 "tap #who/nobody\nwait 100\ntap #outcome/nobody_home\nwait 100\n" + FINISH, "--no-agent")


PHOTO_TAPS = ""


def is_photo_whole(hq):
    return count(hq, "SELECT count(*) FROM attachment WHERE is_whole = 1") == 1


def run(world, link):
    hq = Hq(world, address=weak.HQ_ADDRESS, inside=link.inside(link.hq))
    portfolio(world, hq)
    hq.start()
    tablet = Tablet(world, "tablet", "en", inside=link.inside(link.tablet))
    enrol(hq, tablet, "C001")
    tablet.touch("await #root/today 30000\nawait #brief/start 30000\n")
    link.set(is_up=False)
    day_without_network(world, tablet)
    world.say(f"{VISITS} visits captured without a network")
    text_goes_up(world, hq, tablet, link)
    photo_resumes(world, hq, tablet, link)
    hq.run("verify")


def main():
    reason = weak.why_not()
    if reason is not None:
        print(f"skipped: {reason}")
        return 77
    world = World(sys.argv[2], sys.argv[1])
    link = weak.Link(rate=10_000_000, delay=0.005, loss=0.0)
    is_good = False
    try:
        run(world, link)
        is_good = True
    except Failed as fault:
        print(f"FAILED: {fault}")
    finally:
        link.close()
        world.close(keep="--keep" in sys.argv or not is_good)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
