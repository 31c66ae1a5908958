#!/usr/bin/env python3
"""A lost tablet tells nothing: a week of scripted work, days of their own, with visits, notes, a photo, kills
without warning, a crash, uploads and an export, leaves no byte of a borrower anywhere: not in the tablet's folder
(database, log, free pages, attachments, spool, copies), not in its temporary and cache folders, not in what it said,
and no core file. The same scan of the same tablet's opened database and of the picture finds all of them.

usage: scan.py SOURCE_DIR BUILD_DIR [--days N] [--keep]
"""
import argparse
import csv
import os
import pathlib
import resource
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from field import (ABOUT, FINISH, Hq, NOBODY, OFFLINE, PHOTO, PROMISE, Failed, Office, World, begin, expect,  # noqa: E402
                   journal, stops, sync, take_photo, visit)

DAYS = 4  # in the test suite; a week with --days 7
NOTE = "borrower moved to sister in law next door"
# Columns of an imported portfolio that say who somebody is, where, or what was noted of them.
PERSONAL = ("debtor_name", "id_number", "phone1", "phone2", "phone3", "phone4", "phone1_owner", "phone2_owner",
            "phone3_owner", "phone4_owner", "addr1", "addr2", "addr3", "guarantor_name", "guarantor_id",
            "codebtor_name", "codebtor_id", "last_note", "case_ref")
LEAST = 6  # bytes: two characters of a name


def planted(world, tablet):
    """What may stand nowhere: of every case that the tablet holds."""
    held = {row[0] for row in tablet.rows("SELECT case_ref FROM cases WHERE record IS NOT NULL")}
    with open(world.folder / "sample/cases.csv", encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["case_ref"] in held]
    expect(len(rows) >= 10, f"the tablet holds only {len(rows)} cases")
    return {row[name].strip() for row in rows for name in PERSONAL if len(row[name].strip().encode()) >= LEAST}


def forms(text):
    """The text as files and programs' memory keep it."""
    return (text.encode(), text.encode("utf-16-le"), text.encode("utf-32-le"))


def files_of(folders):
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


def found(texts, bytes_of):
    """Which of the texts stand in which of the named bytes."""
    return {(text, name) for name, body in bytes_of.items() for text in texts
            if any(form in body for form in forms(text))}


def type_note(tablet, case):
    """A promise with a note that is typed, letter by letter, and left and taken up again."""
    steps = PROMISE + "tap #note\nwait 100\n" + "".join(f'type "{letter}"\n' for letter in NOTE)
    expect(begin(tablet, case), "the visit was not begun")
    tablet.touch("wait 100\n" + steps + "wait 700\n", OFFLINE)
    about = ABOUT.replace("tap #note/phrase0\n", "")
    tablet.touch("wait 200\ntap #keyboard/done\nwait 100\n" + about + FINISH, OFFLINE)
    tablet.visited.add(case)


def cores_wanted():
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def no_core(who, pid):
    """The system may write no core file of it, though whoever started it allowed one."""
    end = time.monotonic() + 60
    while True:
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
        line = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
        if line.split()[4:6] == ["0", "0"]:
            return
        expect(time.monotonic() < end, f"{who} may write a core file:\n{limits}")
        time.sleep(0.02)


def others_crash_without_core(world):
    """The agent and headquarters, as they start."""
    for words in (("doorstep-sync", "--data", str(world.folder / "core-agent")),
                  ("doorstep-hq", "--data", str(world.folder / "core-hq"), "serve", "--listen", "127.0.0.1:0")):
        if words[0] == "doorstep-hq":
            Hq(world, "core-hq").run("init")
        process = subprocess.Popen([world.program(words[0]), *words[1:]], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, preexec_fn=cores_wanted)
        world.started.append(process)
        no_core(words[0], process.pid)
        process.kill()
        process.wait()


def crash(tablet, world):
    """The app dies as by a mistake of its own, where a core file would be written."""
    before = set(tablet.shots.iterdir())
    process = subprocess.Popen(tablet.command('wait 300\ndump open.txt\nawait "∎" 60000\n', OFFLINE), cwd=tablet.shots,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=cores_wanted)
    world.started.append(process)
    end = time.monotonic() + 60
    while not (tablet.shots / "open.txt").exists():
        expect(process.poll() is None and time.monotonic() < end, "the app did not open")
        time.sleep(0.02)
    no_core("the app", process.pid)
    process.send_signal(signal.SIGABRT)
    process.wait()
    expect(process.returncode == -signal.SIGABRT, "the app did not crash")
    new = {path.name for path in set(tablet.shots.iterdir()) - before} - {"open.txt"}
    expect(not any("core" in name for name in new), f"a core file was left: {new}")


def week(world, office, days):
    tablet = office.tablet
    for day in range(days):
        todo = [case for case in stops(tablet) if case not in tablet.visited]
        if day == 0:
            type_note(tablet, todo[0])
        elif day == 1:
            photo = take_photo(tablet, "door.jpg", 90000)
            visit(tablet, NOBODY + PHOTO.format(name="door.jpg"))
            office.photo = photo
        else:
            visit(tablet, PROMISE + ABOUT if day % 2 else NOBODY)
        tablet.touch_and_kill('wait 100\ntap #root/more\nwait 100\nawait "∎" 60000\n', 1.5, OFFLINE)
        if day % 2 == 0:
            sync(tablet)
    tablet.touch("wait 200\ntap #root/sync\nwait 200\ntap #sync/out\nwait 400\n", OFFLINE, code=None)
    crash(tablet, world)
    others_crash_without_core(world)


def scan(world, days):
    for name in ("tmp", "cache", "home", "state"):
        (world.folder / "aside" / name).mkdir(parents=True)
    aside = world.folder / "aside"
    os.environ.update(TMPDIR=str(aside / "tmp"), XDG_CACHE_HOME=str(aside / "cache"), HOME=str(aside / "home"),
                      XDG_STATE_HOME=str(aside / "state"))
    office = Office(world, cases=40)
    tablet = office.tablet
    tablet.said = []
    touch = tablet.touch

    def touch_and_keep(*words, **more):
        said = touch(*words, **more)
        tablet.said.append(said)
        return said
    tablet.touch = touch_and_keep
    week(world, office, days)
    texts = planted(world, tablet) | {NOTE}
    seen = {str(path.relative_to(world.folder)): path.read_bytes() for path in files_of([tablet.folder, aside])}
    seen["what the app said"] = "".join(tablet.said).encode()
    seen["where its files are called"] = "\n".join(seen).encode()
    leaks = found(texts, seen)
    expect(not leaks, f"{len(leaks)} leaks, such as {sorted(leaks)[:5]}")
    for start in range(0, len(office.photo) - 64, 4096):
        expect(all(office.photo[start:start + 64] not in body for body in seen.values()), "a picture lies in clear")
    control = found(texts, {"opened": tablet.opened().read_bytes()})
    missing = texts - {text for text, _ in control}
    expect(not missing, f"the same scan of the opened database misses {len(missing)}: {sorted(missing)[:5]}")
    size = sum(map(len, seen.values()))
    world.say(f"{days} days, {len(journal(tablet))} facts: {len(texts)} planted texts and a picture stand nowhere in "
              f"{len(seen)} files, {size / 1e6:.1f} MB; the opened control shows all {len(texts)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source")
    parser.add_argument("build")
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    world = World(options.build, options.source)
    is_good = False
    try:
        scan(world, options.days)
        is_good = True
    except Failed as fault:
        print(f"FAILED: {fault}")
    finally:
        world.close(keep=options.keep or not is_good)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
