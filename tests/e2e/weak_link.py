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
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import link as weak  # noqa: E402
from field import (ABOUT, NOBODY, OFFLINE, PROMISE, Failed, Hq, Tablet, World, enrol, expect, ids_at_hq, ids_made,  # noqa: E402
                   photos_always, portfolio, stops, take_photo, visit, visit_with_photo, whole_photos)

VISITS = 25
TEXT_GOAL_S = 60
TEXT_LIMIT_S = 300  # beyond it something hangs, whatever the machine is busy with
PHOTO_SIZE = 3_000_000
CHUNK_SIZE = 32 * 1024
CUTS = 20


def facts_at_hq(hq):
    return len(ids_at_hq(hq))


def day_without_network(tablet):
    """25 visits: every third a promise with a note, the others nobody home."""
    planned = stops(tablet)
    for number in range(VISITS):
        visit(tablet, PROMISE + ABOUT if number % 3 == 0 else NOBODY, planned)


def text_goes_up(world, hq, tablet, link):
    made = len(ids_made(tablet))
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
    link.set(is_up=False)
    take_photo(tablet, "IMG_0001.jpg", PHOTO_SIZE)
    visit_with_photo(tablet, "IMG_0001.jpg")
    photos_always(tablet)
    link.set(rate=4_000_000, delay=0.03, loss=0.0, is_up=True)
    up = link.hq.bytes
    dice = random.Random(9)
    app = tablet.start("await #root/sync 20000\ntap #root/sync\nwait 200\ntap #sync/now\nawait \"∎\" 600000\n", OFFLINE)
    agent = start_agent(world, tablet)
    start = time.monotonic()
    cut_count = 0
    next_cut = up + PHOTO_SIZE // (CUTS + 2)
    while time.monotonic() - start < TEXT_LIMIT_S and not whole_photos(hq):
        if cut_count < CUTS and link.hq.bytes >= next_cut:
            link.set(is_up=False)
            time.sleep(0.2 + dice.random() * 0.3)
            link.set(is_up=True)
            cut_count += 1
            next_cut = link.hq.bytes + PHOTO_SIZE // (CUTS + 2)
            # What was under way is gone, as with a radio that was lost.
            agent.kill()
            agent.wait()
            agent = start_agent(world, tablet)
        time.sleep(0.005)
    took = time.monotonic() - start
    expect(whole_photos(hq), f"the photo is not whole after {took:.0f} s and {cut_count} cuts")
    for process in (app, agent):
        process.kill()
        process.wait()
    sent = link.hq.bytes - up
    expect(cut_count == CUTS, f"only {cut_count} cuts fell into the upload")
    # Packet heads, boxes and answers' acknowledgements are 7 %; a cut may cost what was in the air.
    bound = PHOTO_SIZE * 1.07 + CUTS * 2 * CHUNK_SIZE
    expect(sent <= bound, f"{sent} bytes went up for a photo of {PHOTO_SIZE}: parts were sent again (at most {bound:.0f})")
    world.say(f"a photo of {PHOTO_SIZE} bytes arrived whole through {cut_count} cuts in {took:.0f} s with {sent} bytes on the air "
              f"({max(0, sent - PHOTO_SIZE * 1.05) / CUTS / 1024:.0f} KiB lost a cut, goal 32)")


def start_agent(world, tablet):
    agent = subprocess.Popen([*tablet.inside, world.program("doorstep-sync"), "--data", str(tablet.folder)],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    world.started.append(agent)
    return agent


def run(world, link):
    hq = Hq(world, address=weak.HQ_ADDRESS, inside=link.inside(link.hq))
    portfolio(world, hq, cases=120)
    hq.start()
    tablet = Tablet(world, "tablet", "en", inside=link.inside(link.tablet))
    tablet.visited = set()
    enrol(hq, tablet, "C001")
    link.set(is_up=False)
    day_without_network(tablet)
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
