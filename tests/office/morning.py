#!/usr/bin/env python3
"""A supervisor's morning in a real browser, to its end: signing in with a one-time code, a password and an
authenticator, who calls for help, what waits for a decision, a disagreement, a message, a tablet, a case file, a report on
the screen, as a file and on paper. What the office has no page for is done at the terminal by the same person: a list
that came in, the day's plan, a case that the client takes back. Then the auditor reads all of it.

Needs Debian's chromium and faketime; passed over (77) without them.

usage: morning.py BUILD_DIR [FOLDER for pictures and the paper]
"""
import base64
import datetime
import hashlib
import hmac
import os
import re
import shutil
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import PATIENCE_S, Browser, program  # noqa: E402
from headquarters import AFTERNOON, PASSWORD, Headquarters  # noqa: E402

STEP_S = 30
DEEDS = ('Second factor', 'Alarm seen', 'Approved', 'Rejected', 'Review decided', 'Message', 'locked', 'Wipe', 'Recall')


class Failed(Exception):
    pass


def expect(is_so, what):
    if not is_so:
        raise Failed(what)


class Desk:
    """One browser at one headquarters."""

    def __init__(self, hq, browser, pictures):
        self.hq, self.browser, self.pictures, self.count = hq, browser, pictures, 0

    def open(self, path):
        self.browser.open(self.hq.url + path)

    def cookie(self):
        kept = self.browser.ask('Network.getCookies', urls=[self.hq.url])['cookies']
        return '; '.join(f"{one['name']}={one['value']}" for one in kept)

    def text(self):
        return self.browser.of('document.body.innerText')

    def says(self, *words):
        text = self.text()
        for word in words:
            expect(word.lower() in text.lower(), f'the page does not say "{word}":\n{text[:1500]}')

    def picture(self, name):
        if self.pictures:
            self.count += 1
            self.browser.picture(os.path.join(self.pictures, f'{self.count:02}_{name}.png'), is_whole=True)

    def paper(self, name):
        """The page as it is printed, on A4."""
        self.browser.size(794, 1123)
        self.browser.ask('Emulation.setEmulatedMedia', media='print')
        hidden = self.browser.of("getComputedStyle(document.querySelector('nav')).display")
        expect(hidden == 'none', 'the menu is printed, too')
        wide = self.browser.of('document.documentElement.scrollWidth')
        expect(wide <= 794, f'{wide} wide: it does not fit the paper')
        self.picture(name)
        self.browser.ask('Emulation.setEmulatedMedia', media='')
        self.browser.size(1280, 800)

    def press(self, button, name, form='main form', **fields):
        """Fills fields by their names, presses a button, and waits for the page that comes."""
        for field, value in fields.items():
            done = self.browser.of(f'''(() => {{
                const found = document.querySelector({form!r} + ' [name={field}]');
                if (found === null) return 'no field';
                if (found.type === 'checkbox') found.checked = {str(value is True).lower()};
                else found.value = {value if isinstance(value, str) else ''!r};
                return found.type === 'checkbox' || found.value === {value if isinstance(value, str) else ''!r} ? 'done' : 'not taken';
            }})()''')
            expect(done == 'done', f'{name}: {field}: {done}:\n{self.text()[:1500]}')
        self.go(f"document.querySelector({form!r} + ' button{button}').click()", name)

    def go(self, what, name):
        """Does it and waits for the page that comes of it."""
        done = self.browser.of(f"(() => {{ try {{ window.isOld = true; {what}; return 'done' }} "
                               "catch (e) { return String(e) } })()")
        expect(done == 'done', f'{name}: {done}:\n{self.text()}')
        until = time.monotonic() + PATIENCE_S
        while not self.browser.of("window.isOld !== true && document.readyState === 'complete'"):
            expect(time.monotonic() < until, f'{name}: no page came')
            time.sleep(0.02)
        self.picture(name)

    def pick(self, words):
        """The row that holds these words."""
        done = self.browser.of(f'''(() => {{
            for (const row of document.querySelectorAll('tbody tr'))
                if (row.innerText.includes({words!r})) {{
                    row.querySelector('input[name=pick]').checked = true;
                    return 'done';
                }}
            return 'no row';
        }})()''')
        expect(done == 'done', f'"{words}": {done}:\n{self.text()[:1500]}')


def one_time_code(secret, at_s):
    """RFC 6238, as an authenticator on a telephone makes it."""
    key = base64.b32decode(secret + '=' * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack('>Q', int(at_s) // STEP_S), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f'{(int.from_bytes(mac[at:at + 4], "big") & 0x7fffffff) % 1000000:06}'


class Clock:
    """Of the server: stopped at a moment when it was started, and running since."""

    def __init__(self):
        self.began_s = time.monotonic()

    def now_s(self):
        moment = datetime.datetime.fromisoformat(AFTERNOON.replace(' ', 'T') + '+08:00')
        return moment.timestamp() + time.monotonic() - self.began_s


def sign_in(desk, clock):
    code = re.search(r'\b[0-9A-Z]{4}(-[0-9A-Z]{4})+\b', desk.hq.run('people', 'account', 'S001')).group(0)
    desk.open('/office?lang=en')
    desk.press('', 'wrong', person='S001', password='not this one')
    expect('/login' in desk.browser.of('location.pathname'), 'a wrong password opens')
    desk.press('', 'first', person='S001', password=code)
    expect(desk.browser.of('location.pathname') == '/office/password', 'the first password is not asked for')
    desk.press('', 'chosen', form='main form.card', new=PASSWORD, again=PASSWORD)
    desk.open('/office/second')
    desk.press('[value=new]', 'second', present=PASSWORD)
    secret = desk.browser.of("document.querySelector('.secret code').innerText")
    desk.press('[value=confirm]', 'recovery', code=one_time_code(secret, clock.now_s()))
    expect(desk.browser.of("document.querySelectorAll('.codes li').length") >= 6, 'no recovery codes')
    desk.go("document.querySelector('form[action=\"/office/logout\"] button').click()", 'out')
    desk.press('', 'no_code', person='S001', password=PASSWORD)
    expect('/login' in desk.browser.of('location.pathname'), 'it opens without the code of the authenticator')
    time.sleep(max(0, STEP_S - clock.now_s() % STEP_S) + 1)  # no code opens twice
    desk.press('', 'home', person='S001', password=PASSWORD, totp=one_time_code(secret, clock.now_s()))
    expect(desk.browser.of('location.pathname') == '/office', f'not signed in:\n{desk.text()[:800]}')
    return secret


def decide(desk):
    desk.open('/office/alarms')
    before = desk.text()
    desk.browser.of("document.querySelector('input[name=pick]').checked = true")
    waiting = int(desk.browser.of("document.querySelector('nav .count').innerText"))
    desk.press('[value=seen]', 'alarms')
    left = desk.browser.of("(document.querySelector('nav .count') || {innerText: '0'}).innerText")
    expect(int(left) == waiting - 1, f'{left} of {waiting} alarms are left')
    expect(desk.text() != before and desk.browser.of("document.querySelector('p.done') !== null"), 'nobody has seen it')
    desk.open('/office/approvals')
    waiting = desk.browser.of("document.querySelectorAll('input[name=pick]').length")
    expect(waiting > 1, 'fewer than two requests wait')
    desk.browser.of("document.querySelector('input[name=pick]').checked = true")
    desk.press('[value=approve]', 'approved', note='as the client allows')
    expect(desk.browser.of("document.querySelector('p.done') !== null"), f'not approved:\n{desk.text()[:900]}')
    desk.browser.of("document.querySelector('input[name=pick]').checked = true")
    desk.press('[value=reject]', 'rejected', reason=desk.browser.of(
        "document.querySelector('select[name=reason] option:nth-child(2)').value"), note='not shown to be able')
    expect(desk.browser.of("document.querySelector('p.done') !== null"), f'not rejected:\n{desk.text()[:900]}')
    desk.open('/office/review')
    desk.go("document.querySelector('td a[href$=duplicate_payment]').click()", 'pair')
    desk.go("document.querySelector('input[name=choice]').checked = true;"
            "document.querySelector('input[name=note]').value = 'the receipt was shown';"
            "document.querySelector('button[value=decide]').click()", 'decided')
    expect(desk.browser.of("document.querySelector('p.done') !== null"), f'not decided:\n{desk.text()[:900]}')


def tell_and_lock(desk):
    desk.open('/office/messages')
    desk.press('[value=send]', 'message', person='C001', text='Please call me before noon.', by='2026-11-24 12:00')
    desk.says('Please call me before noon.')
    desk.open('/office/devices')
    desk.go("document.querySelector('td a[href*=\"show=1\"]').click()", 'device')
    desk.press('[value=lock]', 'locked', tablet=True)
    desk.says('locks when it next calls')
    desk.press('[value=unlock]', 'unlocked')
    desk.press('[value=wipe]', 'unsure')
    desk.says('tick that you are sure')
    desk.press('[value=wipe]', 'wipe', sure=True)
    desk.says('another person has to confirm')
    desk.press('[value=confirm]', 'own_wipe', sure=True)
    expect(desk.browser.of("document.querySelector('p.bad') !== null"), 'one person wipes alone')
    desk.press('[value=unlock]', 'taken_back')


def look_and_print(desk):
    desk.open('/office/case?no=%231')
    desk.says('owed')
    desk.picture('case')
    desk.open('/office/reports?kind=field&period=day')
    desk.picture('report')
    expect(desk.browser.of("document.querySelectorAll('main table').length") > 0, 'the report has no table')
    status, headers, text = desk.hq.get('/office/reports.csv?kind=field&period=day', desk.cookie())
    expect(status == 200 and 'report.csv' in headers['Content-Disposition'] and text.count('\n') > 2, f'no file: {status}')
    desk.paper('paper')
    paper = base64.b64decode(desk.browser.ask('Page.printToPDF', preferCSSPageSize=True)['data'])
    expect(paper.startswith(b'%PDF') and paper.rstrip().endswith(b'%%EOF'), 'nothing to print')
    if desk.pictures:
        with open(os.path.join(desk.pictures, 'report.pdf'), 'wb') as out:
            out.write(paper)
    desk.go("document.querySelector('form[action=\"/office/logout\"] button').click()", 'signed_out')
    desk.open('/office/devices')
    expect('/login' in desk.browser.of('location.pathname'), 'signed out, and a page opens')


def at_the_terminal(desk, secret, clock):
    """By the same person, with the same rights and in the same log."""
    hq = desk.hq
    hq.env = dict(hq.env, DOORSTEP_HQ_SESSION=hq.path('session-S001'))
    time.sleep(max(0, STEP_S - clock.now_s() % STEP_S) + 1)
    hq.run('login', '--person', 'S001', '--password-file', hq.path('password'),
           '--totp', one_time_code(secret, clock.now_s()))
    hq.run('sample', '--cases', '30', '--collectors', '6', '--seed', '7', '--out', hq.path('more'))
    hq.run('import', hq.path('more/cases.csv'), '--report', hq.path('more-faults.csv'), is_right=(0, 3))
    hq.run('plan', 'make', '--from', '2026-11-24', '--days', '1', '--effort', '1', '--save', hq.path('plan.csv'))
    hq.run('plan', 'apply', hq.path('plan.csv'))
    hq.run('recall', '#2', '--reason', 'client_withdrew')
    said = hq.run('report', '--kind', 'daily', '--at', '2026-11-23', '--format', 'csv', '--all')
    expect(said.count('\n') > 5, f'no report: {said}')


def read_by_the_auditor(desk):
    """Every deed of the morning stands in the log, by name."""
    desk.hq.env = dict(desk.hq.env, DOORSTEP_HQ_SESSION=desk.hq.path('session'))
    desk.browser.cookie(desk.hq.url, '__Host-doorstep', desk.hq.sign_in('A001'))
    desk.open('/office/audit?person=S001&lang=en')
    desk.says(*DEEDS)
    desk.picture('audit')
    said = desk.hq.run('verify')
    expect(said.strip() != '', 'the journal does not say that it proves itself')


def main():
    if program() is None or shutil.which('faketime') is None:
        print('chromium or faketime is missing: passed over')
        return 77
    pictures = sys.argv[2] if len(sys.argv) > 2 else None
    if pictures:
        os.makedirs(pictures, exist_ok=True)
    hq, browser = Headquarters(sys.argv[1]), Browser()
    try:
        hq.serve()
        clock = Clock()
        browser.size(1280, 800)
        desk = Desk(hq, browser, pictures)
        secret = sign_in(desk, clock)
        print('- signed in with a password of her own and an authenticator; neither alone opens')
        decide(desk)
        print('- an alarm seen, two requests decided, a disagreement settled')
        tell_and_lock(desk)
        print('- a message sent; a tablet locked and unlocked, and not wiped by one person alone')
        look_and_print(desk)
        print('- a case file, a report on the screen, as a file and on paper; signed out is out')
        at_the_terminal(desk, secret, clock)
        print('- a list taken in, the next day planned and given, a case given back, a report written')
        read_by_the_auditor(desk)
        print('- the auditor reads all of it by name, and the journal proves itself')
    except Failed as failure:
        print(f'failed: {failure}')
        return 1
    finally:
        browser.close()
        hq.close()
    return 0


if __name__ == '__main__':
    sys.exit(main())
