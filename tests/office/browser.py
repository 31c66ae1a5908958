"""A real browser without a window, driven through its debugging pipe: opens pages and takes
pictures of them. Needs Debian's `chromium`, which nothing else of Doorstep does."""
import base64
import json
import os
import shutil
import subprocess
import tempfile

PATIENCE_S = 60


def program():
    """Path of the browser, or None."""
    return shutil.which('chromium') or shutil.which('chromium-browser')


class Browser:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='doorstep-browser-')
        to_read, self.to = os.pipe()
        self.back, back_write = os.pipe()

        def pipes():
            # 3 and 4 are the browser's ends; both pairs are moved out of their way first.
            high_read, high_write = os.dup2(to_read, 30), os.dup2(back_write, 31)
            os.dup2(high_read, 3)
            os.dup2(high_write, 4)

        self.process = subprocess.Popen(
            [program(), '--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars',
             '--disable-dev-shm-usage', '--no-first-run', '--disable-extensions',
             '--disable-background-networking', '--ignore-certificate-errors',
             '--user-data-dir=' + self.folder, '--remote-debugging-pipe', 'about:blank'],
            preexec_fn=pipes, close_fds=False, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(back_write)
        self.number = 0
        self.rest = b''
        self.session = None
        target = self.ask('Target.createTarget', url='about:blank')['targetId']
        self.session = self.ask('Target.attachToTarget', targetId=target,
                                flatten=True)['sessionId']
        self.ask('Page.enable')
        self.ask('Network.enable')

    def close(self):
        self.process.terminate()
        self.process.wait(PATIENCE_S)
        os.close(self.to)
        os.close(self.back)
        shutil.rmtree(self.folder, ignore_errors=True)

    def message(self):
        while b'\0' not in self.rest:
            more = os.read(self.back, 1 << 16)
            if not more:
                raise RuntimeError('the browser went away')
            self.rest += more
        text, self.rest = self.rest.split(b'\0', 1)
        return json.loads(text)

    def ask(self, method, **parameters):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': parameters}
        if self.session is not None:
            message['sessionId'] = self.session
        os.write(self.to, json.dumps(message).encode() + b'\0')
        while True:
            got = self.message()
            if got.get('id') == self.number:
                if 'error' in got:
                    raise RuntimeError(f"{method}: {got['error']['message']}")
                return got['result']

    def wait_for(self, event):
        while self.message().get('method') != event:
            pass

    def size(self, width, height, is_dark=False):
        self.ask('Emulation.setDeviceMetricsOverride', width=width, height=height,
                 deviceScaleFactor=1, mobile=width < 600)
        self.ask('Emulation.setEmulatedMedia', features=[
            {'name': 'prefers-color-scheme', 'value': 'dark' if is_dark else 'light'}])

    def cookie(self, url, name, value):
        self.ask('Network.setCookie', url=url, name=name, value=value, path='/', secure=True,
                 httpOnly=True, sameSite='Strict')

    def open(self, url):
        self.ask('Page.navigate', url=url)
        self.wait_for('Page.loadEventFired')

    def of(self, expression):
        """What an expression gives in the page."""
        return self.ask('Runtime.evaluate', expression=expression,
                        returnByValue=True)['result'].get('value')

    def picture(self, path, is_whole=False, scale=1):
        """Of the window, or of the whole page."""
        metrics = self.ask('Page.getLayoutMetrics')
        size = metrics['cssContentSize']
        if not is_whole:
            view = metrics['cssLayoutViewport']
            size = {'width': view['clientWidth'], 'height': view['clientHeight']}
        more = {'captureBeyondViewport': is_whole,
                'clip': {'x': 0, 'y': 0, 'width': size['width'],
                         'height': min(size['height'], 3000), 'scale': scale}}
        data = self.ask('Page.captureScreenshot', format='png', **more)['data']
        with open(path, 'wb') as out:
            out.write(base64.b64decode(data))
