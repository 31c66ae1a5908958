#!/usr/bin/env python3
"""Two collectors on one tablet: the real app, agent and headquarters.

The second joins at the shut screen of the first. Each works with their own PIN, chain and cases; the PIN of one opens
nothing of the other; what one sealed goes out while the other has the tablet, or nobody; headquarters holds both days
under the right names, locks the one it means, and wipes one of them without touching the other.

usage: people.py SOURCE_DIR BUILD_DIR [--keep]
"""
import argparse
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from field import FINISH, NOBODY, VISIT, Failed, Hq, Tablet, World, at_hq, enrol, expect, portfolio  # noqa: E402
from field import wait_for  # noqa: E402

PINS = {"C001": "284915", "C002": "739105"}
WAIT = 90000


def typed(key, pin):
    return "".join(f"tap #{key}/{digit}\n" for digit in pin)


def at_lock(pin):
    return f"await #lock/1 {WAIT}\n" + typed("lock", pin) + f"await #root/today {WAIT}\ntap #root/today\nwait 300\n"


def lock():
    return "tap #root/more\nwait 100\ntap #more/lock\nawait #lock/people 20000\n"


def take(place):
    return f"tap #lock/people\nawait #lock/person/{place} 20000\ntap #lock/person/{place}\n"


def set_pin(pin):
    return f"await #pin/1 {WAIT}\n" + typed("pin", pin) + "wait 100\n" + typed("pin", pin)


ARMED = (f"tap #root/more\nwait 100\ntap #more/screen.settings\nawait \"half a key at headquarters\" {WAIT}\n"
         "tap #bar/back\nwait 200\ntap #root/today\nwait 200\n")


def join(payload, pin):
    """From the shut screen to a day of one's own."""
    return ("tap #lock/people\nawait #lock/add 20000\ntap #lock/add\nawait #code 20000\ntap #code\n"
            f"type \"{payload}\"\nwait 200\ntap #keyboard/done\nwait 200\n"
            "tap #enrol/go\nawait #enrol/digits 20000\ntap #enrol/go\nawait #tablet 20000\ntap #enrol/go\n"
            + set_pin(pin) + f"await \"Position\" {WAIT}\ntap #enrol/go\nawait #root/today {WAIT}\n")


VISIT_FINISHED = 23


def cases_of(hq, person):
    """Numbers and names, as headquarters assigned them."""
    return dict(at_hq(hq, "SELECT kase.case_no, debtor_name FROM kase JOIN kase_state USING (branch_no, case_no) "
                          "JOIN person ON person.person_no = owner_no WHERE person.code = ?", person))


def visits(hq, person):
    """Device and case of each finished visit that headquarters holds of a collector."""
    return at_hq(hq, "SELECT device_no, case_no FROM event JOIN person USING (person_no) WHERE code = ? AND kind = ?",
                 person, VISIT_FINISHED)


def day(hq, tablet, person, place):
    """Unlocks, visits the first door, shuts, and hands the tablet to the other one."""
    other = next(name for name in PINS if name != person)
    tablet.touch(f"await #lock/people {WAIT}\n" + take(place) + at_lock(PINS[person]) + "dump said.txt\n")
    found = re.findall(r"#stop/(\d+) ", (tablet.shots / "said.txt").read_text(encoding="utf-8"))
    expect(found, "nothing is planned")
    case = int(found[0])
    expect(case in cases_of(hq, person), f"{person} is shown a case of another")
    tablet.touch(f"await #lock/people {WAIT}\n" + at_lock(PINS[person]) + VISIT.format(case=case) + NOBODY + FINISH
                 + f"await #root/today {WAIT}\n" + lock() + take(1 - place) + at_lock(PINS[other])
                 + "".join(f"expect_not \"{name}\"\n" for name in cases_of(hq, person).values()))
    return case


def everybody(names):
    return "".join(f"expect_not \"{name}\"\n" for held in names.values() for name in held)


def check(hq, tablet, world):
    names = {person: set(cases_of(hq, person).values()) for person in PINS}
    expect(all(len(held) > 3 for held in names.values()), "the collectors have no cases")
    mine = {person: "".join(f"expect_not \"{name}\"\n" for name in held) for person, held in names.items()}

    tablet.touch(f"await #root/more {WAIT}\ntap #root/more\nwait 100\ntap #more/screen.settings\nwait 200\n"
                 "tap #settings/pin\n" + set_pin(PINS["C001"]) + f"await \"half a key at headquarters\" {WAIT}\n"
                 "tap #bar/back\nwait 200\n")
    payload = hq.run("enrol", "--person", "C002", "--no-picture").splitlines()[0]
    tablet.touch(at_lock(PINS["C001"]) + lock() + join(payload, PINS["C002"]) + mine["C001"] + ARMED)
    expect((tablet.folder / "people/1/device.db").exists(), "the second has no folder of their own")
    devices = dict(at_hq(hq, "SELECT person.code, device.device_no FROM device JOIN person USING (person_no)"))
    expect(len(set(devices.values())) == 2, f"not two devices: {devices}")
    world.say("a second collector joined at the shut screen; two devices, two keys, two folders")

    done = {person: day(hq, tablet, person, place) for place, person in enumerate(PINS)}
    for person, case in done.items():
        wait_for(lambda who=person: visits(hq, who), f"{person}'s visit at headquarters, sent by the other's tablet", 60)
        expect(visits(hq, person) == [(devices[person], case)], f"{person}: {visits(hq, person)}")
    world.say("each worked a door and handed over; headquarters holds both under the right names")

    tablet.touch(f"await #lock/people {WAIT}\n" + take(0) + f"await #lock/1 {WAIT}\n" + typed("lock", PINS["C002"])
                 + f"await \"Wrong PIN\" {WAIT}\nexpect_not #root/today\n" + everybody(names))
    wrong = dict(at_hq(hq, "SELECT device_no, wrong_count FROM device_vault"))
    expect(wrong == {devices["C001"]: 1, devices["C002"]: 0}, f"wrong PINs at headquarters: {wrong}")
    tablet.touch(f"await #lock/sos {WAIT}\ntap #lock/sos\nwait 200\nexpect \"in the name of\"\nslide #lock/loud\n"
                 f"await \"headquarters has your call\" {WAIT}\n", code=None)
    expect(f"device-{devices['C001']}" in hq.run("alarms", "list"), "the alarm of who had the tablet was not heard")
    world.say("the PIN of one opens nothing of the other; help is called in the name of who has the tablet")

    hq.run("devices", "lock", devices["C001"])
    tablet.touch(f"await #lock/people {WAIT}\n" + take(1) + at_lock(PINS["C002"]) + lock() + "tap #lock/people\n"
                 f"await \"Locked by headquarters\" {WAIT}\n" + "tap #lock/keys_again\nwait 100\n" + at_lock(PINS["C002"]))
    hq.run("devices", "wipe", devices["C001"])
    hq.run("devices", "confirm", devices["C001"], "--by", "S001")
    tablet.touch(at_lock(PINS["C002"]) + lock() + f"tap #lock/people\nawait \"Wiped by headquarters\" {WAIT}\n")
    for _ in range(20):
        if "wiped at" in hq.run("devices", "show", devices["C001"]):
            break
        tablet.touch("await \"∎\" 3000\n", code=None)  # real time, and nothing is waited for
    said = hq.run("devices", "show", devices["C001"])
    expect("key destroyed" in said and "signed proof" in said, "no proof of the wipe:\n" + said)
    expect("wiped" not in hq.run("devices", "show", devices["C002"]), "the wrong one was wiped")
    said = re.search(r"other numbers on this tablet\s+(\d+)", hq.run("devices", "show", devices["C002"]))
    expect(said and int(said.group(1)) == devices["C001"], "headquarters does not know that they share a tablet")
    left = {str(path.relative_to(tablet.folder)) for path in tablet.folder.rglob("*") if path.is_file()}
    expect(not {name for name in left if name.startswith(("device.db", "vault.key"))}, f"left behind: {left}")
    tablet.touch(at_lock(PINS["C002"]) + "expect #root/today\n")
    world.say("headquarters locked and wiped the one it meant; the other works on")

    leave = ("tap #root/more\nwait 100\ntap #more/screen.settings\nwait 200\ntap #settings/leave\nwait 100\n"
             "slide #settings/leave_now\nwait 500\n")
    for _ in range(20):
        tablet.touch(at_lock(PINS["C002"]) + "tap #root/sync\nwait 100\ntap #sync/now\nawait \"∎\" 2000\n", code=None)
        tablet.touch(at_lock(PINS["C002"]) + leave, code=None)
        if not (tablet.folder / "people/1/device.db").exists():
            break
    left = ""
    for _ in range(20):
        left = hq.run("devices", "show", devices["C002"])
        if "left the tablet" in left and not (tablet.folder / "people/1/vault.state").exists():
            break
        tablet.touch("await \"∎\" 3000\n", code=None)
    expect("key destroyed" in left and "signed proof" in left, "headquarters was not told who left:\n" + left)
    expect("collector left" in hq.run("devices", "list"), "who left is not in the list")
    expect(not (tablet.folder / "people/1/vault.state").exists(), "who left is still there")
    expect(visits(hq, "C002") == [(devices["C002"], done["C002"])], "what they did is gone from headquarters")
    world.say("who has sent everything leaves, nothing of them stays, and headquarters has the signed word of it")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source")
    parser.add_argument("build")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    world = World(options.build, options.source)
    failed = True
    try:
        hq = Hq(world)
        portfolio(world, hq, cases=40, collectors=2)
        hq.start()
        tablet = Tablet(world, "one", "en")
        enrol(hq, tablet, "C001")
        check(hq, tablet, world)
        failed = False
    except Failed as failure:
        print(f"FAILED: {failure}")
    finally:
        world.close(options.keep or failed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
