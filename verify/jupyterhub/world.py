"""
What the hub finds around it: an API server that knows pods, volumes and quotas and holds the hub to its Roles, and an
OpenID Connect provider with a few people. Neither runs anything; the verification asks what was wanted of them.
"""

import asyncio
import base64
import hashlib
import json
import sys
import urllib.parse

from tornado.web import Application, RequestHandler

with open(sys.argv[1]) as content:
    WORLD = json.load(content)

PODS, CLAIMS, SECRETS, EVENTS, CODES, CALLS = {}, {}, {}, [], {}, []
CHANGED = asyncio.Condition()
VERSION = [1]


def status(code, reason, message):
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "code": code,
        "reason": reason,
        "message": message,
    }


def used(namespace):
    total = 0
    for (ns, _), pod in PODS.items():
        if ns == namespace:
            total += int(pod["spec"]["containers"][0]["resources"]["limits"].get("nvidia.com/gpu", 0))
    return total


class Api(RequestHandler):
    def prepare(self):
        if self.request.headers.get("Authorization") != "Bearer token-of-the-hub":
            return self.fail(401, "Unauthorized", "who are you")

    def fail(self, code, reason, message):
        self.set_status(code)
        self.finish(status(code, reason, message))

    def allowed(self, namespace, resource, name, verb):
        CALLS.append([namespace, resource, verb])
        for rule in WORLD["roles"].get(namespace, []):
            if (
                resource in rule["resources"]
                and verb in rule["verbs"]
                and name in (rule.get("resourceNames") or [name])
            ):
                return True
        self.fail(403, "Forbidden", "the hub cannot %s resource %s in %s" % (verb, resource, namespace))
        return False

    async def get(self, namespace, resource, name=None):
        watch = self.get_argument("watch", "") in ("true", "True", "1")
        if not self.allowed(namespace, resource, name, "get" if name else "watch" if watch else "list"):
            return
        if watch:
            return await self.watch(namespace, resource)
        if not name:
            return self.finish(
                {
                    "kind": "List",
                    "apiVersion": "v1",
                    "metadata": {"resourceVersion": str(VERSION[0])},
                    "items": self.listed(namespace, resource),
                }
            )
        found = {
            "resourcequotas": lambda: {
                "metadata": {"name": name},
                "status": {
                    "hard": {"requests.nvidia.com/gpu": str(WORLD["gpus"])},
                    "used": {"requests.nvidia.com/gpu": str(used(namespace))},
                },
            },
            "configmaps": lambda: {"metadata": {"name": name}, "data": WORLD["configMaps"].get(namespace, {})},
            "persistentvolumeclaims": lambda: CLAIMS.get((namespace, name)),
            "pods": lambda: PODS.get((namespace, name)),
        }[resource]()
        self.finish(found) if found else self.fail(404, "NotFound", "%s not found" % name)

    def listed(self, namespace, resource):
        if resource == "events":
            return [event for event in EVENTS if event["metadata"]["namespace"] == namespace]
        return [pod for (ns, _), pod in PODS.items() if ns == namespace]

    async def watch(self, namespace, resource):
        seen = {one["metadata"]["uid"]: json.dumps(one) for one in self.listed(namespace, resource)}
        while not self.request.connection.stream.closed():
            now = {one["metadata"]["uid"]: one for one in self.listed(namespace, resource)}
            for uid, one in now.items():
                text = json.dumps(one)
                if seen.get(uid) != text:
                    self.write(json.dumps({"type": "MODIFIED" if uid in seen else "ADDED", "object": one}) + "\n")
                    seen[uid] = text
            for uid in [uid for uid in seen if uid not in now]:
                self.write(json.dumps({"type": "DELETED", "object": json.loads(seen.pop(uid))}) + "\n")
            await self.flush()
            await asyncio.sleep(0.2)

    def post(self, namespace, resource):
        if not self.allowed(namespace, resource, None, "create"):
            return
        wanted = json.loads(self.request.body)
        name = wanted["metadata"]["name"]
        VERSION[0] += 1
        wanted["metadata"].update(
            {"namespace": namespace, "uid": "uid-%d" % VERSION[0], "resourceVersion": str(VERSION[0])}
        )
        if resource == "persistentvolumeclaims":
            if (namespace, name) in CLAIMS:
                return self.fail(409, "AlreadyExists", name)
            CLAIMS[namespace, name] = wanted
            return self.finish(wanted)
        if resource == "secrets":
            if (namespace, name) in SECRETS:
                return self.fail(409, "AlreadyExists", name)
            SECRETS[namespace, name] = wanted
            return self.finish(wanted)
        asked = int(wanted["spec"]["containers"][0]["resources"]["limits"].get("nvidia.com/gpu", 0))
        if used(namespace) + asked > WORLD["gpus"]:
            gpus = "requests.nvidia.com/gpu=%d"
            message = 'pods "%s" is forbidden: exceeded quota: %s, requested: %s, used: %s, limited: %s'
            counts = (gpus % asked, gpus % used(namespace), gpus % WORLD["gpus"])
            return self.fail(403, "Forbidden", message % (name, namespace, *counts))
        PODS[namespace, name] = {**wanted, "status": {"phase": "Pending", "podIP": None}}
        self.finish(PODS[namespace, name])

    def delete(self, namespace, resource, name):
        if not self.allowed(namespace, resource, name, "delete"):
            return
        gone = {"pods": PODS, "secrets": SECRETS}[resource].pop((namespace, name), None)
        self.finish(gone) if gone else self.fail(404, "NotFound", name)


class State(RequestHandler):
    """For the verification alone."""

    def get(self):
        self.finish(
            {
                "pods": list(PODS.values()),
                "claims": list(CLAIMS.values()),
                "secrets": list(SECRETS.values()),
                "calls": CALLS,
            }
        )

    def post(self):
        change = json.loads(self.request.body)
        if "event" in change:
            EVENTS.append(change["event"])
        if "status" in change and (change["namespace"], change["name"]) in PODS:
            PODS[change["namespace"], change["name"]]["status"] = change["status"]
        if "groups" in change:
            WORLD["people"].update(change["groups"])
        if "gpus" in change:
            WORLD["gpus"] = change["gpus"]
        self.finish({})


class Authorize(RequestHandler):
    def get(self):
        code = "code-%d" % (len(CODES) + 1)
        CODES[code] = (
            self.get_argument("user"),
            self.get_argument("redirect_uri"),
            self.get_argument("code_challenge"),
        )
        query = urllib.parse.urlencode({"code": code, "state": self.get_argument("state")})
        self.redirect("%s?%s" % (self.get_argument("redirect_uri"), query))


class Token(RequestHandler):
    def post(self):
        given = [self.get_argument(key, "") for key in ("client_id", "client_secret")]
        if given != [WORLD["client"]["id"], WORLD["client"]["secret"]]:
            self.set_status(401)
            return self.finish({"error": "invalid_client"})
        user, redirect, challenge = CODES.pop(self.get_argument("code"))
        digest = hashlib.sha256(self.get_argument("code_verifier").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge or redirect != self.get_argument(
            "redirect_uri"
        ):
            self.set_status(400)
            return self.finish({"error": "invalid_grant"})
        self.finish({"access_token": "token-of-%s" % user, "token_type": "Bearer", "expires_in": 3600})


class Userinfo(RequestHandler):
    def get(self):
        user = self.request.headers["Authorization"].removeprefix("Bearer token-of-")
        self.finish({"sub": user, "email": user, "groups": WORLD["people"][user]})


async def main():
    kube = r"/api/v1/namespaces/([^/]+)/([a-z]+)"
    Application(
        [
            (kube, Api),
            (kube + "/([^/]+)", Api),
            ("/state", State),
            ("/auth", Authorize),
            ("/token", Token),
            ("/userinfo", Userinfo),
        ]
    ).listen(WORLD["port"], WORLD["address"])
    await asyncio.Event().wait()


asyncio.run(main())
