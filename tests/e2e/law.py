#!/usr/bin/env python3
"""Rules that are closer than the law, through the real programs: a client's and one case's stop the
tablet at its check-in, a visit that began before the tablet heard of them is judged by headquarters
as unknowing, and what is lifted lets in again.

usage: law.py SOURCE_DIR BUILD_DIR [--keep]
"""
import datetime
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from field import (FINISH, NOBODY, OFFLINE, POLICY, VISIT, Office, at_hq, case_ref, stops,  # noqa: E402
                   sync_all, sync_until, words)
from programs import Failed, World, expect  # noqa: E402

# Whatever the hour and day: a profile without hours, and layers that leave no visit at all.
PROFILE = "policy 1 id=open extends=base layer=jurisdiction version=2026.11.1 expires={until} zone=Asia/Shanghai\n"
LAYER = ("policy 1 id={id} extends=open layer={layer} {client}version=2026.11.1 expires={until}\n"
         "rule F05 RATE stage=I,S chan=visit fact=visits_day max=0 span=1 sev=block src=\"{why}\"\n")
WHY = {"client": "standing order of the client", "case": "asked for letters only"}


def write_packs(world, client):
    """The layers as files; the widest one as it is shipped, but for its last day."""
    until = datetime.date.today() + datetime.timedelta(days=60)
    base = (world.source / "assets/policy/base.pol").read_text(encoding="utf-8")
    packs = {
        "packs/base": re.sub(r"expires=\S+", f"expires={until}", base, count=1),
        "packs/open": PROFILE.format(until=until),
        "packs/bank": LAYER.format(id="bank", layer="client", client=f'client="{client}" ', until=until, why=WHY["client"]),
        "packs/one": LAYER.format(id="case", layer="case", client="", until=until, why=WHY["case"]),
        "numbers": POLICY + "visits_per_day = 3\n",
    }
    (world.folder / "packs").mkdir()
    for name, text in packs.items():
        (world.folder / f"{name}.pol").write_text(text, encoding="utf-8")


def choose(hq, tablet):
    """A client, one of his cases of today's list, and two of others; none with a stop of its own."""
    free = {row[0] for row in tablet.rows("SELECT case_no FROM cases WHERE flags = 0")}
    shown = [case for case in stops(tablet) if case in free]
    client = dict(at_hq(hq, "SELECT case_no, client FROM kase"))
    for case in shown:
        others = [other for other in shown if client[other] != client[case]]
        if len(others) >= 2:
            return client[case], case, others[0], others[1]
    raise Failed(f"all cases of the day are one client's: {[client[case] for case in shown]}")


def begin(tablet, case, name):
    """What the screen says when a visit is to begin; True when it did."""
    path = tablet.shots / f"{name}.txt"
    tablet.touch("await #root/today 20000\ntap #root/today\nwait 300\n" + VISIT.format(case=case).replace("tap #visit/arrive_now\n", "") +
                 f"wait 200\nshot {name}.png\ndump {name}.txt\ntap #bar/back\nwait 100\n", OFFLINE)
    return words(path.read_text(encoding="utf-8"))


def visit(tablet, case):
    tablet.touch("await #root/today 20000\ntap #root/today\nwait 300\n" + VISIT.format(case=case) + NOBODY + FINISH, OFFLINE)


def rejudged(hq):
    """Visits beyond the day's limit, as headquarters' report tells them: (knowing, unknowing)."""
    told = json.loads(hq.run("report", "--kind", "conduct", "--format", "json"))
    rows = [row for row in told["tables"]["rejudged"]["rows"] if row["rule"] == "F05"]
    return sum(row["knowing"] for row in rows), sum(row["unknowing"] for row in rows)


def stopped_by(world, tablet, case, layer, name):
    said = begin(tablet, case, name)
    expect(WHY[layer] in said and "Not allowed" in said, f"case {case} is not stopped:\n{said}")
    world.say(f"case {case}: the check-in is stopped by the {layer}'s rule and names it")


def law(world):
    office = Office(world, cases=120)
    hq, tablet = office.hq, office.tablet
    client, his, other, free = choose(hq, tablet)
    write_packs(world, client)
    hq.run("policy", "set", "numbers.pol", "--law", "open", "--clients", "bank", "--packs", "packs")
    sync_until(tablet, lambda: WHY["client"] in begin(tablet, his, "client"), "the client's rule", 40)
    stopped_by(world, tablet, his, "client", "client")
    for case in (other, free):
        expect("Not allowed" not in begin(tablet, case, "other"), f"case {case} is another client's, and stopped")

    ref = case_ref(hq, other)
    hq.run("policy", "tighten", ref, "packs/one.pol", "--note", "asked by telephone", "--packs", "packs")
    visit(tablet, other)  # it has not heard of it
    sync_all(hq, tablet)
    expect(rejudged(hq) == (0, 1), f"knowing and unknowing visits: {rejudged(hq)}")
    world.say(f"case {other}: the visit before the tablet heard of its rule is an unknowing breach")
    stopped_by(world, tablet, other, "case", "case")
    expect("Not allowed" not in begin(tablet, free, "free"), "the rule of one case stops another")

    hq.run("policy", "loosen", ref, "--note", "asked for a visit")
    sync_until(tablet, lambda: "Not allowed" not in begin(tablet, other, "lifted"), "the lifting", 40)
    visit(tablet, other)
    visit(tablet, free)
    sync_all(hq, tablet)
    expect(rejudged(hq) == (0, 1), f"after lifting, knowing and unknowing visits: {rejudged(hq)}")
    world.say(f"case {other}: lifted, visited again; headquarters holds nothing new against it")


def main():
    world = World(sys.argv[2], sys.argv[1])
    is_good = False
    try:
        law(world)
        is_good = True
    except Failed as fault:
        print(f"FAILED: {fault}")
    finally:
        world.close(keep="--keep" in sys.argv or not is_good)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
