"""A headquarters of an invented city at an afternoon of its own, with people of every role, served
on loopback: what the office's pictures and its tests look at."""
import datetime
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
import urllib.error

AFTERNOON = '2026-11-23 15:30:00'
EARLIER = '2026-11-20 08:00:00'  # when cases came in
PASSWORD = 'pictures of an invented city'
PEOPLE = (('L001', '周敏', 'leader'), ('S002', '罗海燕', 'supervisor'), ('Q001', '林国栋', 'quality'),
          ('A001', '孙文静', 'auditor'), ('G001', '赵立', 'legal'))
ROLES = (('S001', 'quality'), ('S002', 'auditor'), ('S002', 'legal'))
PATIENCE_S = 60


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Headquarters:
    def __init__(self, build, cases=400):
        self.build = build
        self.folder = tempfile.mkdtemp(prefix='doorstep-office-')
        self.server = None
        self.at = EARLIER
        self.env = dict(os.environ, DONT_FAKE_MONOTONIC='1', TZ='Asia/Shanghai',
                        DOORSTEP_HQ_SESSION=self.path('session'))
        with open(self.path('password'), 'w', encoding='utf-8') as out:
            out.write(PASSWORD + '\n')
        self.run('init', '--password-file', self.path('password'))
        self.run('sample', '--cases', str(cases), '--collectors', '6', '--seed', '20261122',
                 '--out', self.path('sample'))
        self.run('people', 'import', self.path('sample/people.csv'))
        for code, name, role in PEOPLE:
            self.run('people', 'add', '--code', code, '--name', name, '--role', role,
                     '--team', '外访1组')
        for code, role in ROLES:
            self.run('people', 'grant', code, role)
        self.run('import', self.path('sample/cases.csv'), '--report', self.path('faults.csv'),
                 is_right=(0, 3))
        self.run('assign')
        self.at = AFTERNOON
        self.run('login', '--person', 'admin', '--password-file', self.path('password'))
        moment = datetime.datetime.fromisoformat(AFTERNOON.replace(' ', 'T') + '+08:00')
        subprocess.run([os.path.join(build, 'office_scene'), self.path('hq'),
                        str(int(moment.timestamp() * 1000))], check=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def words(self, *words):
        return ['faketime', '-f', '@' + self.at, os.path.join(self.build, 'doorstep-hq'),
                '--data', self.path('hq'), '--lang', 'zh', *words]

    def run(self, *words, is_right=(0,)):
        done = subprocess.run(self.words(*words), env=self.env, capture_output=True, text=True,
                              timeout=PATIENCE_S)
        if done.returncode not in is_right:
            raise RuntimeError(f'{words}: {done.returncode}: {done.stdout}{done.stderr}')
        return done.stdout

    def serve(self):
        """Gives the address."""
        self.log = open(self.path('serve.log'), 'w+', encoding='utf-8')
        self.server = subprocess.Popen(self.words('serve', '--listen', '127.0.0.1:0'),
                                       env=self.env, stdout=self.log, stderr=self.log,
                                       start_new_session=True)
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            found = re.search(r'http://127\.0\.0\.1:\d+', open(self.path('serve.log')).read())
            if found:
                self.url = found.group(0)
                return self.url
            time.sleep(0.1)
        raise RuntimeError('headquarters did not start')

    def post(self, path, fields, cookie=''):
        """Sends a form; gives status, header fields and text."""
        request = urllib.request.Request(
            self.url + path, urllib.parse.urlencode(fields).encode(),
            {'Origin': self.url, 'Cookie': cookie, 'Accept-Language': 'en'})
        return self.answer(request)

    def get(self, path, cookie=''):
        return self.answer(urllib.request.Request(
            self.url + path, headers={'Cookie': cookie, 'Accept-Language': 'en'}))

    @staticmethod
    def answer(request):
        try:
            got = urllib.request.build_opener(NoRedirect).open(request, timeout=PATIENCE_S)
        except urllib.error.HTTPError as failed:
            got = failed
        return got.status, got.headers, got.read().decode()

    def sign_in(self, person):
        """Of a one-time code a person chooses a password; gives the token of the web session."""
        code = re.search(r'\b[0-9A-Z]{4}(-[0-9A-Z]{4})+\b', self.run('people', 'account', person))
        _, headers, text = self.post('/office/login',
                                     {'person': person, 'password': code.group(0)})
        token = re.search(r'__Host-doorstep=([^;]+)', headers.get('Set-Cookie', ''))
        if token is None:
            raise RuntimeError(f'{person} could not sign in: {text[:2000]}')
        cookie = '__Host-doorstep=' + token.group(1)
        _, _, text = self.get('/office/password', cookie)
        mark = re.search(r'name=mark value=([0-9a-zA-Z_-]+)', text).group(1)
        _, headers, text = self.post('/office/password', {
            'mark': mark, 'new': PASSWORD, 'again': PASSWORD}, cookie)
        token = re.search(r'__Host-doorstep=([^;]+)', headers.get('Set-Cookie', ''))
        if token is None:
            raise RuntimeError(f'{person} could not choose a password: {text[:2000]}')
        return token.group(1)

    def close(self):
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGTERM)  # faketime stands before the server
            self.server.wait(PATIENCE_S)
            self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
