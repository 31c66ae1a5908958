#!/usr/bin/env python3
"""A tablet whose sealed files were damaged, or put back from an earlier day: nothing doubtful is shown, it is said in
words, every fact that was sealed reaches headquarters, and so does every one that lies in a page that still opens.

usage: damaged.py SOURCE_DIR BUILD_DIR [--keep]
"""
import pathlib
import shutil
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from field import (ABOUT, OFFLINE, PROMISE, Failed, Office, Tablet, World, at_hq, expect, ids_at_hq,  # noqa: E402
                   ids_made, sync, sync_all, visit, wait_for)

PAGE = 4096


def flip(path):
    """A bit of every page."""
    body = bytearray(path.read_bytes())
    for at in range(PAGE // 3, len(body), PAGE):
        body[at] ^= 0x20
    path.write_bytes(body)


def damage(world, office):
    tablet, hq = office.tablet, office.hq
    hq.kill(signal.SIGTERM)
    for _ in range(3):
        visit(tablet)
    made = set(ids_made(tablet))
    names = {row[0] for row in tablet.rows("SELECT debtor_name FROM cases WHERE record IS NOT NULL")}
    expect(not made <= set(ids_at_hq(hq)) and names, "nothing was left to send")
    flip(tablet.folder / "device.db")
    for lang, words in (("en", "cannot be read"), ("zh", "无法读取")):
        tablet.lang = lang
        tablet.touch(f'await "{words}" 60000\nwait 200\nshot damaged-{lang}.png\ndump damaged.txt\n', OFFLINE)
        said = (tablet.shots / "damaged.txt").read_text(encoding="utf-8")
        expect(not any(name in said for name in names), "a borrower of a damaged file is shown")
        expect("#lock/" in said, "help cannot be called")
    hq.start()
    process = tablet.start('await "∎" 600000\n')
    wait_for(lambda: made <= set(ids_at_hq(hq)), "what was sealed arrives", 120)
    process.kill()
    process.wait()
    tablet.agent_kill()
    world.say(f"every page damaged: said in both languages, none of {len(names)} borrowers shown, "
              f"{len(made)} facts at headquarters")


def digits(key, pin="284915"):
    return "".join(f"tap #{key}/{digit}\n" for digit in pin)


def join_anew(world, office):
    """After that the collector joins again on the same tablet with a new code and works on under a new number, while
    nothing of the old one is lost."""
    tablet, hq = office.tablet, office.hq
    (old_no, sent), = at_hq(hq, "SELECT device_no, count(*) FROM event JOIN person USING (person_no) "
                                "WHERE code = 'C001' AND device_no > 0 GROUP BY device_no")
    payload = hq.run("enrol", "--person", "C001", "--no-picture").splitlines()[0]
    tablet.lang = "en"
    tablet.touch("await #lock/anew 90000\nawait \"given to headquarters\" 90000\nshot anew.png\ntap #lock/anew\n"
                 f"await #code 20000\ntap #code\ntype \"{payload}\"\nwait 200\ntap #keyboard/done\nwait 200\n"
                 "tap #enrol/go\nawait #enrol/digits 20000\ntap #enrol/go\nawait #tablet 20000\ntap #enrol/go\n"
                 "await #pin/1 90000\n" + digits("pin") + "wait 100\n" + digits("pin")
                 + "await \"Position\" 90000\ntap #enrol/go\nawait #root/today 90000\nawait #brief/start 60000\n", timeout=600)
    numbers = [row[0] for row in at_hq(hq, "SELECT device_no FROM device JOIN person USING (person_no) "
                                           "WHERE code = 'C001' ORDER BY device_no")]
    expect(len(numbers) == 2 and numbers[0] == old_no, f"joined anew as {numbers}")
    new_no = numbers[1]
    for _ in range(12):
        if at_hq(hq, "SELECT count(*) FROM event WHERE device_no = ?", new_no)[0][0]:
            break
        tablet.touch("await #lock/1 60000\n" + digits("lock") + "await #root/sync 20000\ntap #root/sync\nwait 100\n"
                     "tap #sync/now\nawait \"∎\" 3000\n", code=None)
    made = at_hq(hq, "SELECT count(*) FROM event WHERE device_no = ?", new_no)[0][0]
    expect(made, "nothing of the new number is at headquarters")
    kept = at_hq(hq, "SELECT count(*) FROM event WHERE device_no = ?", old_no)[0][0]
    expect(kept == sent, f"headquarters held {sent} facts of the old number, now {kept}")
    expect((tablet.folder / "people/1/device.db").exists(), "joined in the wrong place")
    world.say(f"joined anew on the same tablet as device {new_no}, {made} facts of it at headquarters, beside {kept} of "
              f"device {old_no}")


def roll_back(world, office):
    """The whole folder of an earlier day: no page tells, headquarters does."""
    tablet, hq = office.tablets[1], office.hq
    visit(tablet)
    sync_all(hq, tablet)
    earlier = world.folder / "earlier"
    shutil.copytree(tablet.folder, earlier)
    visit(tablet)
    sync_all(hq, tablet)
    known = set(ids_at_hq(hq))
    old_no = tablet.rows("SELECT max(device_no) FROM chain")[0][0]
    shutil.rmtree(tablet.folder)
    shutil.copytree(earlier, tablet.folder)
    visit(tablet)
    made = set(ids_made(tablet))
    for _ in range(12):
        sync(tablet)
        if made <= set(ids_at_hq(hq)):
            break
    expect(made <= set(ids_at_hq(hq)), "what was made on the older copy is not at headquarters")
    expect(known <= set(ids_at_hq(hq)), "headquarters lost what the newer copy had made")
    new_no = tablet.rows("SELECT max(device_no) FROM chain")[0][0]
    expect(new_no > old_no, f"the older copy goes on as device {old_no}")
    strands = at_hq(hq, "SELECT count(DISTINCT device_no) FROM event WHERE device_no IN (?, ?)", old_no, new_no)
    world.say(f"rolled back: headquarters tells it from device {old_no}, gives it number {new_no}, "
              f"and keeps both histories ({strands[0][0]})")


def clone(world, office):
    """The whole folder, vault and all, on a second tablet; both work on and both send."""
    tablet, hq = office.tablets[1], office.hq
    twin = Tablet(world, "twin", tablet.lang)
    twin.visited = set(tablet.visited)
    sync_all(hq, tablet)
    shutil.copytree(tablet.folder, twin.folder)
    old_no = tablet.rows("SELECT value FROM setting WHERE name = 'device_no'")[0][0]
    visit(tablet)
    visit(twin, PROMISE + ABOUT)
    both = (tablet, twin)
    for one in both:
        at_headquarters(one, hq)
    for _ in range(4):  # each hears which number it goes on under
        for one in both:
            sync(one)
    numbers = {one.rows("SELECT value FROM setting WHERE name = 'device_no'")[0][0] for one in both}
    expect(len(numbers) == 2 and min(numbers) >= old_no, f"both go on as {numbers}")
    strands = at_hq(hq, "SELECT count(*) FROM strand WHERE device_no = ?", old_no)[0][0]
    expect(strands >= 2, "headquarters does not keep both histories")
    expect("fork" in hq.run("conflicts", "list", "--json"), "the review queue does not name the copy")
    shutil.rmtree(twin.folder)
    world.say(f"cloned with its vault: both sent, headquarters keeps {strands} histories of device {old_no}, "
              f"names it in the review queue, and the two go on as {sorted(numbers)}")


def spoil(tablet, pages):
    """A bit of each of these pages (from 1)."""
    path = tablet.folder / "device.db"
    body = bytearray(path.read_bytes())
    for page in pages:
        body[(page - 1) * PAGE + 1000] ^= 0x20
    path.write_bytes(body)


def said_recovered(tablet):
    """Starts the app; whether it says that it put the store together anew, and the collector goes on."""
    tablet.touch("await #rescued/seen 60000\nwait 300\ndump rescued.txt\ntap #rescued/seen\nwait 300\n", OFFLINE,
                 code=None)
    path = tablet.shots / "rescued.txt"
    said = path.read_text(encoding="utf-8") if path.exists() else ""
    path.unlink(missing_ok=True)
    return "#rescued/seen" in said


def rescue(world, office):
    """Pages of a tablet with unsent visits: what lies in the others is saved and reaches headquarters, what does not is
    named there, and the collector works on at once."""
    tablet, hq = office.tablets[1], office.hq
    hq.kill(signal.SIGTERM)
    for _ in range(3):
        visit(tablet)
    unsent = set(ids_made(tablet)) - set(ids_at_hq(hq))
    expect(unsent, "nothing was left to send")
    for path in (tablet.folder / "spool" / "out").glob("*.env"):
        path.unlink()  # no other copy
    spoil(tablet, [1])
    expect(said_recovered(tablet), "a damaged first page was not said")
    kept = set(ids_made(tablet))
    expect(unsent <= kept, f"with only the first page damaged {len(unsent - kept)} facts are lost")
    visit(tablet)  # the same day
    hq.start()
    at_headquarters(tablet, hq)
    world.say(f"first page damaged: {len(unsent)} unsent facts saved, at headquarters; visits went on the same day")


def at_headquarters(tablet, hq):
    made = set(ids_made(tablet))
    for _ in range(20):
        sync(tablet)
        if made <= set(ids_at_hq(hq)):
            return
    raise Failed("what was saved is not at headquarters")


def lost(tablet):
    return tablet.rows("SELECT count(*) FROM journal WHERE kind = 54 AND device_no = "
                       "(SELECT value FROM setting WHERE name = 'device_no')")[0][0]


def rescue_less(world, office):
    """Every seventh page, until facts are hit: what is saved goes on, what is not is named at headquarters, which keeps
    what it has; the tablet has its cases again."""
    tablet, hq = office.tablets[1], office.hq
    known = set(ids_at_hq(hq))
    whole = world.folder / "whole"
    shutil.copytree(tablet.folder, whole)
    page_count = (tablet.folder / "device.db").stat().st_size // PAGE
    before = set(ids_made(tablet))
    for first in range(2, 9):
        spoil(tablet, range(first, page_count, 7))
        if said_recovered(tablet) and lost(tablet) > 0:
            break
        shutil.rmtree(tablet.folder)
        shutil.copytree(whole, tablet.folder)
    else:
        raise Failed("no fact was hit, or nobody knows whose the tablet is")
    gone = lost(tablet)
    expect(len(before - set(ids_made(tablet))) <= gone, "a lost fact is not named")
    visit(tablet)
    at_headquarters(tablet, hq)
    expect(known <= set(ids_at_hq(hq)), "headquarters lost what it had")
    kinds = [row[0] for row in at_hq(hq, "SELECT kind FROM event WHERE device_no > 0")]
    expect(kinds.count(53) >= 2 and kinds.count(54) >= gone, "headquarters was not told of the loss")
    held = tablet.rows("SELECT count(*) FROM cases WHERE record IS NOT NULL")[0][0]
    expect(held > 10, "the cases did not come again")
    sync_all(hq, tablet)
    world.say(f"every seventh page damaged: {gone} of {len(before)} facts lost here and named at headquarters, which has "
              f"{len(before & known)} of them; {held} cases again")


def main():
    world = World(sys.argv[2], sys.argv[1])
    is_good = False
    try:
        office = Office(world, cases=40, tablets=2)
        damage(world, office)
        join_anew(world, office)
        roll_back(world, office)
        clone(world, office)
        rescue(world, office)
        rescue_less(world, office)
        is_good = True
    except Failed as fault:
        print(f"FAILED: {fault}")
    finally:
        world.close(keep="--keep" in sys.argv or not is_good)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
