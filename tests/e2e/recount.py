"""Counts a month from headquarters' journal with plain loops: nothing is shared with the
programs but event.proto and the numbers of the closed lists. Used to check the report.
"""
import datetime
import pathlib
import re
import sqlite3
import subprocess
import sys

EPOCH = datetime.date(1970, 1, 1)


def compile_proto(source, folder):
    subprocess.run(["protoc", f"-I{source}", f"--python_out={folder}", "core/event/event.proto"],
                   check=True, cwd=source)
    sys.path.insert(0, str(folder))
    from core.event import event_pb2  # noqa: PLC0415  made just now
    return event_pb2


def codes(source, list_name):
    text = pathlib.Path(source, "core/domain", list_name + ".def").read_text(encoding="utf-8")
    return {name: int(code) for code, name in re.findall(r"^\w+\((\d+), (\w+)", text, re.M)}


def met_outcomes(source):
    text = pathlib.Path(source, "core/domain/outcomes.def").read_text(encoding="utf-8")
    return {int(code) for code, met in re.findall(r"^OUTCOME\((\d+), \w+, (\w+),", text, re.M) if met == "debtor"}


class Fact:
    def __init__(self, row, event):
        (self.id, self.device_no, self.seq, self.order_at_ms) = row
        self.event = event
        self.kind = event.WhichOneof("kind")
        self.value = getattr(event, self.kind) if self.kind else None
        self.is_withdrawn = False
        self.is_anew = False


def facts_read(database, event_pb2):
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    facts = []
    for id_, device_no, seq, order_at_ms, body in connection.execute(
            "SELECT id, device_no, seq, order_at_ms, body FROM event"):
        event = event_pb2.Event()
        event.ParseFromString(body)
        facts.append(Fact((id_, device_no, seq, order_at_ms), event))
    connection.close()
    facts.sort(key=lambda fact: (fact.order_at_ms, fact.device_no, fact.seq))
    return facts


def corrections_apply(facts):
    by_id = {fact.id: fact for fact in facts}
    for fact in facts:
        if fact.kind != "correction":
            continue
        target = by_id.get(fact.value.target)
        if target is None:
            continue
        if fact.value.is_withdrawn:
            target.is_withdrawn = True
            continue
        anew = fact.value.WhichOneof("anew")
        if anew == target.kind:
            target.value = getattr(fact.value, anew)
            target.is_anew = True


def day_of(at_ms, offset_minutes=480):
    return (at_ms // 1000 + offset_minutes * 60) // 86400


def month_of(day):
    date = EPOCH + datetime.timedelta(days=day)
    return date.year, date.month


def recount(source, database, folder, year_month, person_no=None):
    """Figures of one month, of one person or of all; keys as in metrics.def."""
    event_pb2 = compile_proto(source, folder)
    channel = codes(source, "contact_channels")
    result = codes(source, "contact_results")
    met = met_outcomes(source)
    facts = facts_read(database, event_pb2)
    corrections_apply(facts)
    owners = {}
    figures = {key: 0 for key in (
        "visits", "visits_met", "calls", "promises_made", "promised_amount", "plans_agreed",
        "payments", "paid_amount", "disputes", "complaints", "reveals", "corrections",
        "skipped_stops", "safety_incidents", "identity_cases", "hardships", "offers_refused",
        "settlements_asked", "waivers_asked", "extensions_asked")}
    answered = 0
    contacted = set()
    reached = set()
    identity = set()
    references = set()
    for fact in facts:
        event = fact.event
        mine = person_no is None or event.person_no == person_no
        inside = month_of(day_of(event.at_ms)) == year_month
        if fact.kind == "case_assigned":
            owners[event.case_no] = fact.value.owner_no
        if fact.kind == "payment_posted":
            key = (event.case_no, fact.value.reference)
            owner = owners.get(event.case_no, 0)
            if key not in references and month_of(fact.value.paid_day) == year_month and (
                    person_no is None or owner == person_no):
                figures["payments"] += 1
                figures["paid_amount"] += fact.value.amount_minor
            references.add(key)
        if not mine or not inside or fact.is_withdrawn:
            continue
        if fact.kind == "visit_finished":
            figures["visits"] += 1
            figures["visits_met"] += fact.value.outcome in met
            contacted.add(event.case_no)
            if fact.value.outcome in met:
                reached.add(event.case_no)
        elif fact.kind == "contact_attempted":
            contacted.add(event.case_no)
            if fact.value.channel == channel["call"]:
                figures["calls"] += 1
                answered += fact.value.result == result["answered"]
        elif fact.kind == "promise_made":
            figures["promises_made"] += 1
            figures["promised_amount"] += fact.value.amount_minor
        elif fact.kind == "identity_disputed":
            identity.add(event.case_no)
        else:
            simple = {"plan_agreed": "plans_agreed", "dispute_raised": "disputes",
                      "complaint_taken": "complaints", "detail_revealed": "reveals",
                      "correction": "corrections", "visit_skipped": "skipped_stops",
                      "safety_incident": "safety_incidents", "hardship_noted": "hardships",
                      "offer_refused": "offers_refused", "settlement_requested": "settlements_asked",
                      "waiver_requested": "waivers_asked", "extension_requested": "extensions_asked"}
            if fact.kind in simple:
                figures[simple[fact.kind]] += 1
    figures["identity_cases"] = len(identity)
    figures["contacted_cases"] = len(contacted)
    if figures["calls"]:
        figures["answer_rate"] = round_half_up(answered * 10000, figures["calls"])
    if figures["visits"]:
        figures["met_rate"] = round_half_up(figures["visits_met"] * 10000, figures["visits"])
    return figures


def round_half_up(numerator, denominator):
    return (2 * numerator + denominator) // (2 * denominator)
