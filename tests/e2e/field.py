"""A small office in the field: headquarters with cases, tablets that joined, and the few things
that acceptance tests do with them. No expectations of their own: those are in the tests.
"""
import pathlib
import random
import re
import sqlite3
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from programs import Failed, Hq, Tablet, World, expect  # noqa: E402, F401
from story import FINISH, POLICY, VISIT  # noqa: E402, F401

NOBODY = "tap #who/nobody\nwait 100\ntap #outcome/nobody_home\nwait 100\n"
PROMISE = ("tap #who/verified\nwait 100\ntap #outcome/promise_to_pay\nwait 100\ntap #amount/5\ntap #amount/0\n"
           "tap #amount/0\ntap #due/in3\ntap #channel/mobile_pay\ntap #visit/next\nwait 100\n")
ABOUT = ("tap #cooperation/4\ntap #reason/short_of_funds\ntap #ability/2\ntap #willingness/3\n"
         "tap #note/phrase0\ntap #visit/next\nwait 100\ntap #left_out/not_needed\nwait 100\n")
OFFLINE = "--no-agent"


def portfolio(world, hq, cases=60, collectors=1, seed=11, change=None):
    """`change`: called with the path of the cases' file before it is imported; gives what it changed."""
    hq.run("init")
    hq.run("sample", "--cases", cases, "--collectors", collectors, "--seed", seed, "--out", "sample")
    hq.run("people", "import", "sample/people.csv")
    changed = change(world.folder / "sample/cases.csv") if change is not None else None
    hq.run("import", "sample/cases.csv", code=None)
    (world.folder / "open.pol").write_text(POLICY)
    hq.run("policy", "set", "open.pol")
    hq.run("assign")
    return changed


def rows(path, query, *values):
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def at_hq(hq, query, *values):
    return rows(hq.folder / "hq.db", query, *values)


def journal(tablet):
    """Every fact of a tablet whose app is not running: (seq, id, kind, body)."""
    return tablet.rows("SELECT seq, id, kind, body FROM journal ORDER BY device_no, seq")


def ids_made(tablet):
    return [row[1] for row in journal(tablet)]


def ids_at_hq(hq):
    return [row[0] for row in at_hq(hq, "SELECT id FROM event WHERE device_no > 0")]


def enrol(hq, tablet, person):
    payload = hq.run("enrol", "--person", person, "--no-picture").splitlines()[0]
    first = "#next/open" if tablet.size == "720x1280" else "#brief/start"
    tablet.touch(f"await #root/today 60000\nawait {first} 20000\n", "--enrol", payload)


def dump(tablet, taps="", *more):
    """What the screen says after `taps`."""
    tablet.touch(f"wait 100\n{taps}wait 200\ndump said.txt\n", *(more or [OFFLINE]))
    return (tablet.shots / "said.txt").read_text(encoding="utf-8")


def words(text):
    """The texts of a dump, a line each."""
    return "\n".join(re.findall(r'"([^"]*)"', text))


def sync_words(tablet):
    return words(dump(tablet, "tap #root/sync\nwait 200\n"))


def made_and_confirmed(tablet):
    said = sync_words(tablet)
    pair = re.search(r"made (\d+), confirmed (\d+)", said, re.I) or re.search(r"记录 (\d+)，确认 (\d+)", said)
    expect(pair, f"the sync centre does not say what was made and confirmed:\n{said[:600]}")
    return int(pair.group(1)), int(pair.group(2))


def sync(tablet, seconds=2.0):
    """The app with its agent for a while, asked to send now."""
    tablet.touch(f"await #root/sync 20000\ntap #root/sync\nwait 100\ntap #sync/now\nawait \"∎\" {int(seconds * 1000)}\n",
                 code=None)


def sync_until(tablet, is_done, what, tries=12):
    for _ in range(tries):
        sync(tablet)
        if is_done():
            return
    raise Failed(f"{tablet.name}: {what} did not come true after {tries} tries:\n{sync_words(tablet)[:1500]}")


def sync_all(hq, tablet):
    sync_until(tablet, lambda: set(ids_made(tablet)) <= set(ids_at_hq(hq)) and len(set(made_and_confirmed(tablet))) == 1,
               "all confirmed")


def stops(tablet):
    """Today's cases in their order."""
    text = dump(tablet, "tap #root/today\nwait 300\n")
    return [int(number) for number in re.findall(r"#stop/(\d+) ", text)]


def begin(tablet, case):
    """True when the visit began; a rule may forbid it. One that asks for a reason is given one."""
    begun = tablet.shots / "begun.txt"
    for more in ("", "tap #refusal/reason/other\nwait 100\n"):
        begun.unlink(missing_ok=True)
        tablet.touch("wait 100\n" + VISIT.format(case=case) + more + "dump begun.txt\n", OFFLINE, code=None)
        said = begun.read_text(encoding="utf-8") if begun.exists() else ""
        if "#who/" in said:
            return True
        tablet.touch("wait 100\ntap #bar/back\nwait 100\n", OFFLINE, code=None)
        if "#refusal/reason/other" not in said:
            return False
    return False


def visit(tablet, steps=NOBODY, among=None):
    """One finished visit at the first stop that may be visited; its case."""
    for case in among or stops(tablet):
        if case not in tablet.visited and begin(tablet, case):
            tablet.touch("wait 50\n" + steps + FINISH, OFFLINE)
            tablet.visited.add(case)
            return case
    raise Failed(f"{tablet.name}: no stop may be visited")


PHOTO = "tap #photo\nwait 200\ntap #picture/{name}\nwait 100\ntap #evidence/door\nwait 100\ntap #evidence/save\nwait 200\n"


def take_photo(tablet, name, size, seed=5):
    """A picture as the system's camera program leaves it: bytes that nothing packs."""
    camera = tablet.folder / "camera"
    camera.mkdir(exist_ok=True)
    body = random.Random(seed).randbytes(size - 5)
    (camera / name).write_bytes(b"\xff\xd8\xff" + body + b"\xff\xd9")
    return b"\xff\xd8\xff" + body + b"\xff\xd9"


def photos_always(tablet):
    """Photos may go over any network; asked for in the sync centre."""
    tablet.touch("wait 100\ntap #root/sync\nwait 200\ntap #photo_rule/1\nwait 200\n", OFFLINE)


def visit_with_photo(tablet, name, among=None):
    return visit(tablet, NOBODY + PHOTO.format(name=name), among)


def whole_photos(hq):
    return at_hq(hq, "SELECT hex(hash), size FROM attachment WHERE stored_at_ms > 0")


def case_ref(hq, case):
    return at_hq(hq, "SELECT case_ref FROM kase WHERE case_no = ?", case)[0][0]


def wait_for(is_done, what, seconds=30):
    end = time.monotonic() + seconds
    while not is_done():
        expect(time.monotonic() < end, f"{what}: not within {seconds} s")
        time.sleep(0.02)


class Office:
    """Headquarters that runs, and tablets of C001, C002 … that have joined and hold their cases."""

    def __init__(self, world, cases=60, tablets=1, langs=("en", "zh"), change=None, folder=None):
        """`folder`: where the tablets' own folders lie, when that is another disk."""
        self.world = world
        self.hq = Hq(world)
        self.changed = portfolio(world, self.hq, cases, tablets, change=change)
        self.hq.start()
        self.tablets = []
        for index in range(tablets):
            tablet = Tablet(world, f"tablet-{index + 1}", langs[index % len(langs)])
            tablet.visited = set()
            tablet.folder = (folder or world.folder) / tablet.name
            enrol(self.hq, tablet, f"C{index + 1:03}")
            self.tablets.append(tablet)
        self.tablet = self.tablets[0]
