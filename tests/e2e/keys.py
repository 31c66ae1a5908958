#!/usr/bin/env python3
"""What a lost tablet tells: the real app and the real headquarters.

A PIN is set, and half of the key goes to headquarters; without network nothing opens after a start;
wrong PINs are counted there; help is called for from the shut tablet; headquarters locks, lets go, gives a
code for a forgotten PIN, and wipes, with a proof of what was done.

usage: keys.py SOURCE_DIR BUILD_DIR [--keep]
"""
import argparse
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from field import OFFLINE, Failed, Hq, Tablet, World, at_hq, enrol, expect, portfolio  # noqa: E402

PIN, NEXT, WRONG = "284915", "739105", "284916"
HOME = "tap #bar/back\nwait 200\ntap #root/today\nwait 200\n"


def typed(key, pin):
    return "".join(f"tap #{key}/{digit}\n" for digit in pin)


def set_pin(pin):
    return "await #pin/1 20000\n" + typed("pin", pin) + "wait 100\n" + typed("pin", pin)


def at_lock(steps, pin=PIN):
    return "await #lock/1 20000\n" + typed("lock", pin) + steps


def check(hq, tablet, world):
    names = [row[0] for row in tablet.rows("SELECT debtor_name FROM cases WHERE debtor_name <> ''")]
    expect(len(names) > 3, "the tablet has no cases")

    tablet.touch("await #root/more 20000\ntap #root/more\nwait 100\ntap #more/screen.settings\nwait 200\n"
                 "tap #settings/pin\n" + set_pin(PIN) + "await \"half a key at headquarters\" 60000\n" + HOME)
    expect("PIN and half a key here" in hq.run("devices", "show", 1), "headquarters has no half")
    world.say("the PIN is set and headquarters keeps half of the key")

    shut = "".join(f"expect_not \"{name}\"\n" for name in names)
    tablet.touch("await #lock/1 20000\n" + shut + at_lock("wait 25000\nexpect \"does not answer\"\nexpect_not #root/today\n") + shut,
                 OFFLINE)
    world.say("without network nothing opens after a start, whatever is typed")

    tablet.touch("await #lock/sos 20000\ntap #lock/sos\nslide #lock/loud\nwait 300\n", OFFLINE)
    expect("device-1" not in hq.run("alarms", "list"), "heard without a network")
    tablet.touch(at_lock("await \"Wrong PIN\" 60000\nexpect_not #root/today\n", WRONG))
    expect("device-1" in hq.run("alarms", "list"), "help that was called for was not heard")
    expect(at_hq(hq, "SELECT wrong_count FROM device_vault") == [(1,)], "a wrong PIN was not counted")
    tablet.touch(at_lock("await #root/today 60000\n"))
    expect(at_hq(hq, "SELECT wrong_count FROM device_vault") == [(0,)], "the right PIN made nothing good")
    world.say("help was heard from the shut tablet; wrong PINs are counted; the right one opens")

    hq.run("devices", "lock", 1)
    tablet.touch("await \"Locked by headquarters\" 60000\nexpect_not #lock/1\nexpect #lock/sos\n")
    expect(told(tablet, hq, "locked at"), "nothing was said of the lock")
    hq.run("devices", "unlock", 1)
    tablet.touch("await #lock/1 60000\n" + typed("lock", PIN) + "await #root/today 60000\n")
    world.say("locked by headquarters, and let go")

    code = re.search(r"\b(\d{8})\b", hq.run("devices", "reset", 1)).group(1)
    tablet.touch(f"await #lock/forgot 20000\ntap #lock/forgot\nwait 100\ntap #lock/code\ntype \"{code}\"\nwait 100\n"
                 "tap #lock/reset\nawait #pin/1 60000\n" + set_pin(NEXT) + "await #root/more 20000\ntap #root/more\nwait 100\n"
                 "tap #more/screen.settings\nawait \"half a key at headquarters\" 90000\n" + HOME)
    tablet.touch(at_lock("await #root/today 60000\n", NEXT))
    world.say("a forgotten PIN was replaced, and nothing was lost")

    hq.run("devices", "wipe", 1)
    hq.run("devices", "confirm", 1, code=6)  # not by who asked
    expect("waits for a second person" in hq.run("devices", "show", 1), "the wipe that is asked for is not shown")
    hq.run("devices", "confirm", 1, "--by", "S001")
    tablet.touch("await \"has wiped this tablet\" 60000\n")
    expect(told(tablet, hq, "wiped at"), "nothing was said of the wipe:\n" + hq.run("devices", "show", 1))
    left = {path.name for path in tablet.folder.rglob("*") if path.is_file()}
    expect(not {name for name in left if name.startswith(("device.db", "vault.key"))}, f"left behind: {left}")
    rest = b"".join(path.read_bytes() for path in tablet.folder.rglob("*") if path.is_file())
    expect(not [name for name in names if name.encode() in rest], "a borrower's name is left on the wiped tablet")
    said = hq.run("devices", "show", 1)
    expect("key destroyed" in said and "signed proof" in said, "no proof of the wipe:\n" + said)
    world.say("wiped, and headquarters has the signed word of it")


def told(tablet, hq, words):
    """The tablet says what it did as soon as it has an answer; a start more may be needed. `wait` passes the app's
    own time alone: `await` waits for the agent and headquarters."""
    for _ in range(20):
        if words in hq.run("devices", "show", 1):
            return True
        tablet.touch("await \"∎\" 3000\n", code=None)
    return words in hq.run("devices", "show", 1)


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
        portfolio(world, hq, cases=20)
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
