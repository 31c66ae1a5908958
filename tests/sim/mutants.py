#!/usr/bin/env python3
"""The simulator catches broken programs, or its silence about the real one says nothing.

Each mutant of mutants.def is one source file with one text replaced. It is compiled with the
flags of the build, linked before the rooms into a fleet of its own, and run seed by seed until
the oracle speaks. Afterwards the real program must be silent about the very seeds that gave the
mutants away.

usage: mutants.py SOURCE_DIR BUILD_DIR [--jobs N] [--seeds N] [--only NAME]... [--all]
                  [--keep FOLDER]
"""
import argparse
import concurrent.futures
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

FLEET = "fleet_fast"
SCENARIO = "storm"
SQL_ROOMS = {"device": "core/store", "hq": "sync/server/store"}
SENTENCE = re.compile(r"^FAILED seed (\d+): (.*)$", re.MULTILINE)


class Rotten(Exception):
    """The list does not fit the sources any more."""


def read_mutants(path):
    """The list, as dictionaries; see its head."""
    mutants, mutant, part = [], None, None
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        word, _, rest = line.partition(" ")
        if part is None and word == "mutant":
            mutant = {"name": rest, "old": [], "new": [], "scenario": SCENARIO}
        elif part is None and word in ("file", "breaks", "scenario", "unseen"):
            mutant[word] = rest
        elif part is None and line == "old":
            part = "old"
        elif part == "old" and line == "new":
            part = "new"
        elif part == "new" and line == "end":
            mutants.append(mutant)
            mutant, part = None, None
        elif part is not None:
            mutant[part].append(line)
        elif line and not line.startswith("#"):
            raise Rotten(f"{path.name}:{number}: {line!r} stands nowhere")
    if mutant is not None:
        raise Rotten(f"{path.name}: {mutant['name']} has no end")
    return mutants


class Build:
    """What the build knows: how a file is compiled and the fleet linked."""

    def __init__(self, source, build):
        self.source, self.build = source, build
        lines = subprocess.run(["ninja", "-C", str(build), "-t", "commands", FLEET],
                               capture_output=True, text=True, check=True).stdout.splitlines()
        self.compiles = {}
        self.link = None
        for line in lines:
            found = re.search(r" -c (\S+)$", line)
            if found:
                self.compiles[found.group(1)] = shlex.split(line)
            elif f" -o {FLEET} " in line:
                self.link = line
        if self.link is None:
            raise Rotten(f"the build does not say how {FLEET} is linked")

    def compile(self, original, copy, output):
        words = self.compiles.get(str(original))
        if words is None:
            raise Rotten(f"{original} is not part of {FLEET}")
        kept, skip = [], 0
        for word in words:
            if skip:
                skip -= 1
            elif word in ("-MT", "-MF", "-o", "-c"):
                skip = 1
            elif word != "-MD":
                kept.append(word)
        self.run(kept + ["-w", "-o", str(output), "-c", str(copy)])

    def link_with(self, member, output):
        """The fleet with `member` before the archive that has the real one."""
        line = self.link.replace(f" -o {FLEET} ", f" -o {shlex.quote(str(output))} {shlex.quote(str(member))} ")
        self.run(["sh", "-c", line])

    def run(self, words):
        done = subprocess.run(words, cwd=self.build, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Rotten((done.stdout + done.stderr)[-2000:])


def mutate(build, mutant, folder):
    """The mutant's fleet, in `folder`."""
    path = build.source / mutant["file"]
    text = path.read_text(encoding="utf-8")
    old = "".join(line + "\n" for line in mutant["old"])
    if not old.endswith("\n") or text.count(old) != 1:
        old = old.rstrip("\n")  # part of a line
    new = "".join(line + "\n" for line in mutant["new"])
    new = new if old.endswith("\n") else new.rstrip("\n")
    if not old or text.count(old) != 1:
        raise Rotten(f"its text stands {text.count(old) if old else 0} times in {mutant['file']}")
    text = text.replace(old, new)
    if path.suffix == ".sql":
        original, copy = embed(build, path, text, folder)
    else:
        original, copy = path, folder / path.name
        copy.write_text(text, encoding="utf-8")
    member, fleet = folder / "member.o", folder / "fleet"
    build.compile(original, copy, member)
    build.link_with(member, fleet)
    return fleet


def embed(build, path, text, folder):
    """Queries become C by the build's own tool."""
    name = path.parent.name
    room = SQL_ROOMS[name]
    shutil.copytree(path.parent, folder / name)
    (folder / name / path.name).write_text(text, encoding="utf-8")
    (folder / "made").mkdir()
    build.run([str(build.build / "embed"), "sql", name, room, str(folder / "made"), str(folder / name)])
    original = build.build / "generated" / room / f"sql_{name}.c"
    return original, folder / "made" / f"sql_{name}.c"


def run_fleet(fleet, scenario, seeds):
    """Seed and sentence of the first failure, or None."""
    done = subprocess.run([str(fleet), "--scenario", scenario, "--seed", str(seeds.start),
                           "--seeds", str(len(seeds)), "--no-shrink"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace",
                          check=False)
    found = SENTENCE.search(done.stdout)
    if found:
        return int(found.group(1)), found.group(2)
    if done.returncode != 0:
        raise Rotten(f"the fleet ended with {done.returncode} and said nothing")
    return None


def judge(build, mutant, seeds, keep, is_all):
    """(mutant, seed or None, sentence)."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        try:
            fleet = mutate(build, mutant, folder)
            if "unseen" in mutant and not is_all:
                return mutant, None, f"not seen yet: {mutant['unseen']}"
            if keep:
                shutil.copy(fleet, keep / mutant["name"])
            found = run_fleet(fleet, mutant["scenario"], range(1, seeds + 1))
        except Rotten as error:
            return mutant, None, f"the mutant has rotted: {error}"
    if found is None:
        return mutant, None, f"not caught in {seeds} seeds: {mutant['breaks']}"
    return mutant, found[0], found[1]


def main():
    words = argparse.ArgumentParser()
    words.add_argument("source", type=lambda text: pathlib.Path(text).resolve())
    words.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    words.add_argument("--jobs", type=int, default=2)
    words.add_argument("--seeds", type=int, default=500)
    words.add_argument("--only", action="append", default=[])
    words.add_argument("--all", action="store_true", help="run those not seen yet as well")
    words.add_argument("--keep", type=lambda text: pathlib.Path(text).resolve())
    given = words.parse_args()
    try:
        mutants = read_mutants(given.source / "tests/sim/mutants.def")
        build = Build(given.source, given.build)
    except Rotten as error:
        print(error)
        return 1
    if given.only:
        strangers = set(given.only) - {mutant["name"] for mutant in mutants}
        if strangers:
            print(f"not in mutants.def: {', '.join(sorted(strangers))}")
            return 1
        mutants = [mutant for mutant in mutants if mutant["name"] in given.only]
    width = max(len(mutant["name"]) for mutant in mutants)
    missed, unseen, caught_at = [], [], {}
    print(f"{'mutant':{width}}  seed  what the oracle said", flush=True)
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for mutant, seed, sentence in pool.map(lambda m: judge(build, m, given.seeds, given.keep, given.all), mutants):
            print(f"{mutant['name']:{width}}  {seed if seed is not None else '-':>4}  {sentence[:160]}", flush=True)
            if seed is None and sentence.startswith("not seen yet"):
                unseen.append(mutant["name"])
            elif seed is None:
                missed.append(mutant["name"])
            else:
                caught_at.setdefault((mutant["scenario"], seed), []).append(mutant["name"])
        # A sentence about the real program as well would prove nothing.
        places = sorted(caught_at)
        real = build.build / FLEET
        for place, found in zip(places, pool.map(lambda p: run_fleet(real, p[0], range(p[1], p[1] + 1)), places)):
            if found is not None:
                print(f"the real program fails too, {place[0]} seed {found[0]}: {found[1]}")
                missed.extend(caught_at[place])
    caught = len(mutants) - len(set(missed)) - len(unseen)
    print(f"{caught} of {len(mutants)} mutants caught, {len(unseen)} not seen yet")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
