"""
Ends a server of a notebook in time, and says so before: a file appears in its home, where the file browser shows it.
The server knows better than the hub when it was last used: a kernel that computes is in use, a browser that is only
open is not. A Jupyter Server extension; only Python's own library beside Jupyter Server.
"""

import os
from datetime import datetime, timedelta, timezone

from tornado.ioloop import PeriodicCallback

EVERY = 30
NAME = "SERVER STOPS SOON.md"


def end_of(started, last_used, limits):
    """When a server ends if nobody does anything, and why; None when it may go on for ever."""
    ends = []
    if limits["idle"]:
        ends.append((last_used + timedelta(seconds=limits["idle"]), "nobody used it for %s" % spoken(limits["idle"])))
    if limits["max_age"]:
        ends.append(
            (
                started + timedelta(seconds=limits["max_age"]),
                "no server runs for longer than %s" % spoken(limits["max_age"]),
            )
        )
    return min(ends) if ends else None


def spoken(seconds):
    for unit, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds % unit == 0 and seconds > unit:
            return "%d %s" % (seconds // unit, name)
    return "%d seconds" % seconds


def notice(end, why):
    return (
        "# This server stops at %s UTC\n\n"
        "Because %s. Files in your home and in shared volumes stay; what is only in memory is lost.\n\n"
        "Run a cell or save a file to keep a server that was only idle; a server that is too old stops anyway, and can "
        "be started again at once.\n" % (end.strftime("%H:%M"), why)
    )


def _load_jupyter_server_extension(app):
    Session(app).start()


def _jupyter_server_extension_points():
    return [{"module": "keelson_session"}]


class Session:
    def __init__(self, app):
        self.serverapp = app
        self.limits = {
            "idle": int(os.environ.get("NOTEBOOK_IDLE_SECONDS", "0")),
            "max_age": int(os.environ.get("NOTEBOOK_MAX_AGE_SECONDS", "0")),
            "warning": int(os.environ.get("NOTEBOOK_WARNING_SECONDS", "0")),
        }
        self.started = datetime.now(timezone.utc)
        self.file = os.path.join(os.path.expanduser("~"), NAME)

    def start(self):
        self.withdraw()
        PeriodicCallback(self.look, EVERY * 1000).start()

    def last_used(self, now):
        if any(kernel.execution_state == "busy" for kernel in self.kernels()):
            # Whoever asks the server, the hub too, hears that it is in use.
            self.serverapp.web_app.settings["keelson_last_activity"] = now
        return self.serverapp.web_app.last_activity()

    def kernels(self):
        manager = self.serverapp.kernel_manager
        return [k for k in map(manager.get_kernel, manager.list_kernel_ids()) if hasattr(k, "execution_state")]

    def look(self):
        now = datetime.now(timezone.utc)
        end = end_of(self.started, self.last_used(now), self.limits)
        if end is None:
            return
        at, why = end
        if at <= now:
            self.serverapp.log.warning("the server stops: %s", why)
            self.withdraw()
            self.serverapp.stop()
        elif at - now <= timedelta(seconds=self.limits["warning"]):
            self.warn(notice(at, why))
        else:
            self.withdraw()

    def warn(self, text):
        try:
            with open(self.file, "w") as file:
                file.write(text)
        except OSError as error:
            self.serverapp.log.warning("nobody can be warned: %s", error)

    def withdraw(self):
        try:
            os.remove(self.file)
        except OSError:
            # There was none.
            pass
