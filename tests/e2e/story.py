#!/usr/bin/env python3
"""The whole product as one story: the three real programs on loopback, two tablets with
scripted touches in both languages, kills without warning, and the month's report against an
independent recount.

usage: story.py SOURCE_DIR BUILD_DIR [--keep]
"""
import csv
import datetime
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from programs import Failed, Hq, Tablet, World, expect  # noqa: E402
from recount import recount  # noqa: E402

# Contact hours are data: this policy leaves them open all day, so that the story can run at night.
# Open at every hour, and quick: late in the evening there is room in the day for all visits.
POLICY = ("profile = cn\nwindow_open = 00:00\nwindow_close = 24:00\nclosing_warning = 0\n"
          "visit_minutes = 1\ntravel_speed = 2000\n")

# Words of the screens that the story looks for, by language.
WORDS = {
    "zh": {"confirmed": "已记录{n}条，总部确认{n}条", "approved": "已批准", "kept": "已兑现",
           "hq_has": "总部已收", "visited": "已上门", "day": "日"},
    "en": {"confirmed": "{n} made, {n} confirmed", "approved": "Approved", "kept": "Kept",
           "hq_has": "HQ has it", "visited": "Visited", "day": "Day"},
}

VISIT = "tap #stop/{case}\nwait 100\ntap #brief/start\nwait 100\ntap #visitors/2\ntap #visit/arrive_now\nwait 100\n"
ABOUT = ("wait 100\ntap #cooperation/4\ntap #reason/short_of_funds\ntap #ability/2\ntap #willingness/3\n"
         "tap #note/phrase0\ntap #visit/next\nwait 100\n")
UNSIGNED = "tap #left_out/not_needed\nwait 100\n"
FINISH = "slide #visit/finish\nwait 200\n"
PROMISE = ("tap #who/verified\nwait 100\ntap #outcome/promise_to_pay\nwait 100\n"
           "tap #amount/5\ntap #amount/0\ntap #amount/0\ntap #due/in3\ntap #channel/mobile_pay\ntap #visit/next\n")


def today_there():
    """The day where the borrowers live: paid by a date before it, nothing is kept."""
    return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()


def shown_cases(tablet, count):
    """Cases of today's list in their order, without those that a rule asks a reason for: which come first depends on
    the hour at which the day is planned."""
    tablet.touch("await #today/again 20000\nwait 300\nshot today.png\ndump today.txt\n")
    text = (tablet.shots / "today.txt").read_text(encoding="utf-8")
    cases = [int(n) for n in re.findall(r"#stop/(\d+) ", text)]
    expect(len(cases) == len(set(cases)), f"{tablet.name}: a stop stands twice")
    free = {row[0] for row in tablet.rows("SELECT case_no FROM cases WHERE flags = 0")}
    cases = [case for case in cases if case in free]
    expect(len(cases) >= count, f"{tablet.name}: only {len(cases)} stops today")
    return cases


def made_and_confirmed(tablet):
    """What the sync centre says: facts made, facts that headquarters confirmed."""
    tablet.touch("wait 200\ntap #root/sync\nwait 200\ndump sync.txt\n", "--no-agent")
    text = (tablet.shots / "sync.txt").read_text(encoding="utf-8")
    pair = re.search(r"记录 (\d+)，确认 (\d+)", text) or re.search(r"Made (\d+), confirmed (\d+)", text)
    expect(pair, f"{tablet.name}: the sync centre does not say what was made and confirmed:\n{text[:2000]}")
    return int(pair.group(1)), int(pair.group(2))


def sync_until_confirmed(world, tablet, hq):
    for _ in range(12):
        tablet.touch("wait 100\ntap #root/sync\nwait 100\ntap #sync/now\nwait 2500\n")
        made, confirmed = made_and_confirmed(tablet)
        if made == confirmed:
            world.say(f"{tablet.name}: {made} made, {confirmed} confirmed")
            return made
    raise Failed(f"{tablet.name}: {made} made but only {confirmed} confirmed; HQ: {hq.run('status')}")


def portfolio(world, hq):
    hq.run("init")
    hq.run("sample", "--cases", 300, "--collectors", 2, "--seed", 7, "--out", "sample")
    hq.run("people", "import", "sample/people.csv")
    said = hq.run("import", "sample/cases.csv", "--dry-run", code=3)
    expect("0 bad" not in said, "the sample's faulty rows were not found")
    before = hq.run("status")
    hq.run("import", "sample/cases.csv", code=3)
    expect(hq.run("status") != before, "nothing was imported")
    report = (world.folder / "sample/cases.csv.errors.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(report.splitlines()))
    expect(len(rows) > 1 and all(len(row) == 5 and row[0].isdigit() for row in rows[1:]),
           f"the error report is not as documented: {rows}")
    after = hq.run("status")
    hq.run("import", "sample/cases.csv")
    expect(hq.run("status") == after, "importing the same file again changed something")
    hq.run("assign")
    (world.folder / "open.pol").write_text(POLICY)
    hq.run("policy", "set", "open.pol")
    world.say(f"portfolio imported and assigned, {len(rows) - 1} faults told")


def enrol(hq, tablet, person):
    payload = hq.run("enrol", "--person", person, "--no-picture").splitlines()[0]
    expect(payload.startswith("doorstep:1?"), f"no enrolment code: {payload}")
    tablet.touch("wait 1500\n", "--enrol", payload)
    return payload


def first_tablet_works(world, tablet, cases):
    """Without a network: a promise (killed in the middle), nobody home, a plan, a call, a skip."""
    walk = VISIT.format(case=cases[0]) + "tap #who/verified\nwait 100\ntap #outcome/promise_to_pay\nwait 100\ntap #amount/5\ntap #amount/0\n"
    was_running = tablet.touch_and_kill("wait 300\n" + walk + 'await "∎" 60000\n', 4.0, "--no-agent")
    expect(was_running, f"{tablet.name}: the app had ended before it was killed")
    # The same step, with what had been tapped.
    tablet.touch("wait 200\ndump resumed.txt\n", "--no-agent")
    text = (tablet.shots / "resumed.txt").read_text(encoding="utf-8")
    resumed_amount = re.search(r'#amount "[^"]*" = "¥?([\d,.]*)', text)
    expect(resumed_amount and resumed_amount.group(1).startswith("50"),
           f"{tablet.name}: the killed visit did not come back with its amount:\n{text[:1500]}")
    tablet.touch("wait 200\ntap #amount/0\ntap #due/in3\ntap #channel/mobile_pay\ntap #visit/next\n" + ABOUT +
                 UNSIGNED + "shot finish.png\nlint\n" + FINISH + f'expect "{WORDS[tablet.lang]["visited"]}"\n', "--no-agent")
    tablet.touch("wait 200\n" + VISIT.format(case=cases[1]) +
                 "tap #who/nobody\nwait 100\ntap #outcome/nobody_home\nwait 100\n" + FINISH, "--no-agent")
    tablet.touch("wait 200\n" + VISIT.format(case=cases[2]) +
                 "tap #who/verified\nwait 100\ntap #outcome/plan_agreed\nwait 100\nshot plan.png\n"
                 "tap #count/6\nwait 100\ntap #first/in7\nwait 100\nshot plan.png\ntap #visit/next\n" + ABOUT + UNSIGNED + FINISH,
                 "--no-agent")
    tablet.touch(f"wait 200\ntap #stop/{cases[3]}\nwait 100\ntap #show/1/0\nwait 100\ntap #brief/call\nwait 100\n"
                 "tap #result/answered\ntap #form/save\nwait 200\n", "--no-agent")
    tablet.touch(f"wait 200\ntap #stop/{cases[4]}\nwait 100\ntap #brief/skip\nwait 100\n"
                 "tap #reason/weather\ntap #form/save\nwait 200\n", "--no-agent")
    world.say(f"{tablet.name}: promise (killed and resumed), nobody home, plan, call, reveal, skip, all offline")


def second_tablet_works(world, tablet, cases):
    """English, upright: a dispute, an identity dispute, a promise with a complaint."""
    tablet.touch("wait 200\n" + VISIT.format(case=cases[0]) +
                 "tap #who/verified\nwait 100\ntap #outcome/disputes_debt\nwait 100\ntap #dispute/amount\n"
                 "tap #visit/next\n" + ABOUT + FINISH, "--no-agent")
    tablet.touch("wait 200\n" + VISIT.format(case=cases[1]) +
                 "tap #who/verified\nwait 100\ntap #outcome/identity_disputed\nwait 100\n"
                 "tap #place/at_the_door\ntap #visit/next\n" + ABOUT + UNSIGNED + FINISH, "--no-agent")
    tablet.touch("wait 200\n" + VISIT.format(case=cases[2]) + PROMISE + ABOUT + UNSIGNED + FINISH, "--no-agent")
    world.say(f"{tablet.name}: dispute, identity dispute, promise, all offline")


def kills_on_the_way(world, hq, tablets):
    """Everything is killed at several moments of the sync; nothing is lost or doubled."""
    kills = 0
    for round_number in range(3):
        for tablet in tablets:
            kills += tablet.touch_and_kill('wait 100\ntap #root/sync\nwait 100\ntap #sync/now\nawait "∎" 60000\n',
                                           0.25 + 0.2 * round_number)
            kills += tablet.agent_kill()
        hq.kill()
        hq.start()
        kills += 1
    expect(kills >= 9, f"only {kills} kills hit a running program")
    world.say(f"{kills} kills of app, agent and headquarters")


def synced_until(tablet, case, picture, is_shown):
    """The words of the case's brief, synced until they say so: an agent just killed may wait before it tries again."""
    for _ in range(20):
        tablet.touch("wait 100\ntap #root/sync\nwait 100\ntap #sync/now\nwait 2500\n")
        tablet.touch(f"wait 100\ntap #root/today\nwait 200\ntap #stop/{case}\nwait 300\ndump {picture}\n", "--no-agent")
        text = (tablet.shots / picture).read_text(encoding="utf-8")
        if is_shown(text):
            break
    return text


def approvals(world, hq, tablet, case):
    listed = json.loads(hq.run("approvals", "list", "--json"))
    rows = listed if isinstance(listed, list) else next(iter(listed.values()))
    plan = [row for row in rows if row["case"] == case_ref(world, hq, case)]
    expect(len(plan) == 1, f"the plan of case {case} is not among the requests: {rows}")
    hq.run("approvals", "approve", plan[0]["id"], "--by", plan[0]["person"], code=6)
    hq.run("approvals", "approve", plan[0]["id"], "--by", "S001")
    # The plan's own row: its kind and day, then the badge that stands beside them.
    active = r'text "(?:分期计划|Plan) · [^\n]*\n\s*status "(?:有效|Active)"'
    text = synced_until(tablet, case, "plan.txt", lambda said: re.search(active, said))
    expect(re.search(active, text), f"{tablet.name}: the plan does not stand as approved\n{text[:3000]}")
    world.say("the plan was approved and the tablet shows it")


def payments(world, hq, tablet, case):
    """The promise of 500 is kept: paid today, in full, before its due day."""
    today = today_there()
    ref = case_ref(world, hq, case)
    path = world.folder / "paid.csv"
    path.write_text("case_ref,amount,paid_date,channel,reference\n"
                    f"{ref},500.00,{today},mobile_pay,E2E-1\n{ref},500.00,{today},mobile_pay,E2E-1\n",
                    encoding="utf-8")
    for _ in range(2):  # the row stands twice and the file comes twice: posted once
        hq.run("payments", "import", path, "--through", today)
    # That very promise: an older one of the case may have been kept too.
    kept = r"¥500\.00(?:(?!¥)[\s\S])*?" + WORDS[tablet.lang]["kept"]
    text = synced_until(tablet, case, "kept.txt", lambda said: re.search(kept, said))
    expect(re.search(kept, text), f"{tablet.name}: the promise does not show as kept")
    world.say("a payment was posted once, and the promise is kept on the tablet")


def case_ref(world, hq, case):
    import sqlite3
    connection = sqlite3.connect(f"file:{hq.folder / 'hq.db'}?mode=ro", uri=True)
    (ref,) = connection.execute("SELECT case_ref FROM kase WHERE case_no = ?", (case,)).fetchone()
    connection.close()
    return ref


def correction(world, tablet):
    """A record that headquarters has is taken back by a correction; the original stays."""
    tablet.touch("wait 100\ntap #root/sync\nwait 200\ndump sync.txt\n", "--no-agent")
    text = (tablet.shots / "sync.txt").read_text(encoding="utf-8")
    rows = re.findall(r'#record/(\d+) "([^"]*)"', text)
    calls = [seq for seq, words in rows if "电话" in words or "Call" in words]
    expect(calls, f"{tablet.name}: the call is not among the records: {rows}")
    tablet.touch(f"wait 100\ntap #root/sync\nwait 100\ntap #record/{calls[0]}\nwait 100\ntap #record/correct\nwait 100\n"
                 "tap #reason/entered_twice\nwait 100\ntap #record/save\nwait 200\n", "--no-agent")
    world.say(f"{tablet.name}: a sent call was taken back with a reason")


def recall_and_message(world, hq, tablet, case):
    """A recalled case is wiped from the tablet, and headquarters' words arrive."""
    name = debtor_name(hq, case)
    hq.run("recall", case_ref(world, hq, case), "--reason", "client_withdrew")
    hq.run("message", "--person", "C002", "Please call the office before noon")
    for _ in range(20):
        tablet.touch("wait 100\ntap #root/sync\nwait 100\ntap #sync/now\nwait 2500\n")
        tablet.touch("wait 100\ntap #root/today\nwait 200\ndump recalled.txt\ntap #root/more\nwait 100\n"
                     "tap #more/screen.letters\nwait 200\ndump letters.txt\ntap #bar/back\n", "--no-agent")
        text = (tablet.shots / "recalled.txt").read_text(encoding="utf-8")
        letters = (tablet.shots / "letters.txt").read_text(encoding="utf-8")
        has_message = "call the office before noon" in letters
        if name not in text and has_message:
            break
    expect(has_message, f"{tablet.name}: headquarters' message is not there")
    expect(name not in text, f"{tablet.name}: the recalled borrower's name is still on the screen")
    left = tablet.opened().read_bytes()  # with its free pages
    expect(name.encode() not in left, f"{tablet.name}: the recalled borrower's name is still in a file")
    world.say(f"{tablet.name}: the recalled case is wiped, and the message arrived")


def is_only_name(hq, case):
    try:
        return bool(debtor_name(hq, case))
    except Failed:
        return False


def debtor_name(hq, case):
    import sqlite3
    connection = sqlite3.connect(f"file:{hq.folder / 'hq.db'}?mode=ro", uri=True)
    (name,) = connection.execute("SELECT debtor_name FROM kase WHERE case_no = ?", (case,)).fetchone()
    names = connection.execute("SELECT count(*) FROM kase WHERE debtor_name = ?", (name,)).fetchone()[0]
    connection.close()
    expect(names == 1, "the recalled case must have a name of its own")
    return name


def report_metrics(hq, *words):
    told = json.loads(hq.run("report", "--kind", "month", "--period", "month", "--format", "json", *words))
    found = {}

    def walk(node):
        if isinstance(node, dict):
            key = node.get("metric") or node.get("key")
            if isinstance(key, str):
                value = node.get("value", node.get("now"))
                found[key] = value
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)
    walk(told)
    return found, told


def reports(world, hq, people):
    today = today_there()
    for person in [None, *people]:
        scope = ["--all"] if person is None else ["--person", person]
        said, whole = report_metrics(hq, *scope)
        expect(said, f"the report has no metrics: {json.dumps(whole)[:1500]}")
        person_no = None if person is None else person_number(hq, person)
        counted = recount(world.source, hq.folder / "hq.db", world.folder, (today.year, today.month), person_no)
        checked = 0
        for key, value in counted.items():
            if key in said:
                expect(said[key] == value or (said[key] is None and value == 0),
                       f"{key} of {person or 'all'}: the report says {said[key]}, the recount {value}")
                checked += 1
        expect(checked >= 18, f"only {checked} figures could be compared: {sorted(said)}")
        world.say(f"report of {person or 'all'}: {checked} figures equal the recount "
                  f"({counted['visits']} visits, {counted['promises_made']} promises, {counted['paid_amount']} fen)")
    for kind in ("t1", "t2", "t3", "t4", "t5", "t6", "weekly", "daily", "field", "month", "conduct"):
        for lang in ("zh", "en"):
            for form in ("text", "csv", "json"):
                text = hq.run("report", "--kind", kind, "--period", "month", "--all", "--format", form, lang=lang)
                expect(len(text) > 60 and "__" not in text, f"report {kind} {lang} {form} has an open blank")


def person_number(hq, code):
    import sqlite3
    connection = sqlite3.connect(f"file:{hq.folder / 'hq.db'}?mode=ro", uri=True)
    (number,) = connection.execute("SELECT person_no FROM person WHERE code = ?", (code,)).fetchone()
    connection.close()
    return number


def results_agree(world, hq, tablet, person):
    """My results of the month on the tablet are the report's numbers."""
    said, _ = report_metrics(hq, "--person", person)
    tablet.touch("wait 100\ntap #root/results\nwait 100\ntap #period/2\nwait 200\nshot results.png\ndump results.txt\n",
                 "--no-agent")
    text = (tablet.shots / "results.txt").read_text(encoding="utf-8")
    texts = po_texts(world.source, tablet.lang)
    checked = 0
    for key in ("visits", "visits_met", "promises_made", "plans_agreed", "calls", "disputes", "complaints",
                "skipped_stops", "reveals", "corrections"):
        label = texts.get(f"metric.{key}")
        shown = re.search(r'text "' + re.escape(label) + r'"[^\n]*\n\s*text "(\d+)', text) if label else None
        if shown:
            expect(int(shown.group(1)) == (said.get(key) or 0),
                   f"{tablet.name}: {key} is {shown.group(1)} on the tablet and {said.get(key)} in the report")
            checked += 1
    expect(checked >= 5, f"{tablet.name}: only {checked} results could be compared:\n{text[:3000]}")
    world.say(f"{tablet.name}: {checked} of my results equal the report")


def po_texts(source, lang):
    folder = pathlib.Path(source, "assets/i18n", "zh_CN" if lang == "zh" else "en")
    texts = {}
    for path in folder.glob("*.po"):
        for key, text in re.findall(r'^msgid "([^"]+)"\n(?:msgid_plural[^\n]*\n)?msgstr(?:\[0\])? "([^"]*)"',
                                    path.read_text(encoding="utf-8"), re.M):
            texts[key] = text
    return texts


def story(world):
    hq = Hq(world)
    portfolio(world, hq)
    hq.start()
    one = Tablet(world, "tablet-1", "zh")
    two = Tablet(world, "tablet-2", "en", size="720x1280")
    used = enrol(hq, one, "C001")
    enrol(hq, two, "C002")
    one.touch("wait 2500\n")
    two.touch("wait 2500\n")
    cases_one = shown_cases(one, 6)
    cases_two = shown_cases(two, 4)
    expect(not set(cases_one) & set(cases_two), "a case is on two tablets")
    world.say(f"two tablets enrolled: {len(cases_one)} and {len(cases_two)} stops")
    thief = Tablet(world, "thief", "en")
    thief.touch("wait 2500\n", "--enrol", used)
    expect(json.loads(hq.run("devices", "list", "--json")) is not None and
           len(rows_of(hq.run("devices", "list", "--json"))) == 2, "a used code enrolled a third tablet")

    hq.kill()
    first_tablet_works(world, one, cases_one)
    second_tablet_works(world, two, cases_two)
    for tablet in (one, two):
        made, confirmed = made_and_confirmed(tablet)
        expect(made > confirmed, f"{tablet.name}: says confirmed while headquarters was down")

    hq.start()
    kills_on_the_way(world, hq, (one, two))
    sync_until_confirmed(world, one, hq)
    sync_until_confirmed(world, two, hq)
    approvals(world, hq, one, cases_one[2])
    payments(world, hq, one, cases_one[0])
    correction(world, one)
    sync_until_confirmed(world, one, hq)
    only = next(case for case in cases_two[4:] if is_only_name(hq, case))
    recall_and_message(world, hq, two, only)
    reports(world, hq, ["C001", "C002"])
    results_agree(world, hq, one, "C001")
    results_agree(world, hq, two, "C002")
    hq.run("rebuild")
    hq.run("verify")
    hq.kill()
    hq.run("verify")
    world.say("projections made anew are equal; chains, signatures and receipts verify")


def rows_of(text):
    told = json.loads(text)
    return told if isinstance(told, list) else next(value for value in told.values() if isinstance(value, list))


def main():
    world = World(sys.argv[2], sys.argv[1])
    is_good = False
    try:
        story(world)
        is_good = True
    except Failed as fault:
        print(f"FAILED: {fault}")
    finally:
        world.close(keep="--keep" in sys.argv or not is_good)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
