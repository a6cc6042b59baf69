"""
Stops servers that are old or that nobody uses, and serves metrics: the hub's, which want a token that Prometheus does
not have, and its own. JupyterHub runs it and starts it again when it ends. Only Python's own library.

Servers look after themselves (`session.py`), warn whom they belong to, and see more: a browser that is only open is no
use to them. This is for those that do not: because their image cannot, or because they hang.
"""

import json
import os
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import catalogue

# Servers end themselves first.
GRACE = 300

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def seconds_since(text, now):
    return (now - datetime.fromisoformat(text.replace("Z", "+00:00"))).total_seconds()


def overdue(settings, server, now):
    """Why a server is to be stopped; None when it is not."""
    limits = limits_of(settings, server.get("user_options") or {})
    age = seconds_since(server["started"], now)
    if limits["maxAge"] and age >= limits["maxAge"] + GRACE:
        return "it is %d s old" % age
    idle = min(age, seconds_since(server["last_activity"] or server["started"], now))
    if limits["idle"] and idle >= limits["idle"] + GRACE:
        return "nobody used it for %d s" % idle
    return None


def limits_of(settings, options):
    for team in settings["teams"]:
        for profile in catalogue.profiles_of(settings, team):
            if catalogue.slug(team, profile) == options.get("profile"):
                for size in catalogue.sizes_of(settings, profile):
                    if size["key"] == options.get("size"):
                        return catalogue.limits_of(settings, {"size": size})
    # Whatever it was is not offered any more.
    return settings["culling"]["gpu"]


class Hub:
    def __init__(self, url, token):
        self.url, self.token = url, token

    def call(self, method, path, accept="application/json"):
        headers = {"Authorization": "token %s" % self.token, "Accept": accept}
        request = urllib.request.Request(self.url + path, method=method, headers=headers)
        with OPENER.open(request, timeout=30) as answer:
            return answer.read().decode()

    def servers(self):
        """Every server that is ready, with its user's name."""
        offset, found, size = 0, [], 100
        while True:
            query = "/users?state=active&limit=%d&offset=%d" % (size, offset)
            users = json.loads(self.call("GET", query))
            for user in users:
                found += [(user["name"], server) for server in user.get("servers", {}).values() if server["ready"]]
            if len(users) < size:
                return found
            offset += size

    def stop(self, user, server):
        path = "/users/%s/server" % urllib.parse.quote(user, safe="")
        if server:
            path = "/users/%s/servers/%s" % (urllib.parse.quote(user, safe=""), urllib.parse.quote(server, safe=""))
        self.call("DELETE", path)


class Keeper:
    def __init__(self, settings, hub):
        self.settings, self.hub = settings, hub
        self.last, self.stopped, self.failed = 0.0, 0, 0

    def round(self, now):
        for user, server in self.hub.servers():
            why = overdue(self.settings, server, now)
            if why is None:
                continue
            print("stopping %s/%s: %s" % (user, server["name"], why), flush=True)
            try:
                self.hub.stop(user, server["name"])
                self.stopped += 1
            except (urllib.error.URLError, OSError) as error:
                self.failed += 1
                print("%s/%s was not stopped: %s" % (user, server["name"], error), file=sys.stderr, flush=True)
        self.last = now.timestamp()

    def own_metrics(self):
        return "".join(
            "# HELP %s %s\n# TYPE %s %s\n%s %s\n" % (name, text, name, kind, name, value)
            for name, kind, text, value in (
                (
                    "notebook_keeper_last_round_timestamp_seconds",
                    "gauge",
                    "When it last looked at all servers.",
                    self.last,
                ),
                ("notebook_keeper_stopped_total", "counter", "Servers that it stopped.", self.stopped),
                ("notebook_keeper_failed_total", "counter", "Servers that it could not stop.", self.failed),
            )
        )


def handler(keeper, hub):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path != "/metrics":
                self.send_error(404)
                return
            try:
                body = hub.call("GET", "", "text/plain") + keeper.own_metrics()
            except (urllib.error.URLError, OSError) as error:
                self.send_error(502, "the hub does not answer: %s" % error)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *arguments):
            pass

    return Handler


def main():
    with open(os.environ["KEEPER_SETTINGS"]) as content:
        settings = json.load(content)
    api, token = os.environ["JUPYTERHUB_API_URL"], os.environ["JUPYTERHUB_API_TOKEN"]
    hub = Hub(api, token)
    keeper = Keeper(settings, hub)
    metrics = Hub(api.removesuffix("/api") + "/metrics", token)
    server = ThreadingHTTPServer(("", settings["keeper"]["port"]), handler(keeper, metrics))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while True:
        try:
            keeper.round(datetime.now(timezone.utc))
        except (urllib.error.URLError, OSError, ValueError) as error:
            print("the hub does not answer: %s" % error, file=sys.stderr, flush=True)
        time.sleep(settings["keeper"]["every"])


if __name__ == "__main__":
    main()
