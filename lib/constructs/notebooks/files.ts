// Written by `npm run embed` from the files beside it. Do not edit.

/** The files of `notebooks/hub/`. */
export const HUB_FILES: Readonly<Record<string, string>> = {
  'catalogue.py': `"""What a user may start, and what is started for what they chose. Knows nothing of JupyterHub and KubeSpawner."""


class Refused(Exception):
    """What a user asked for and cannot have, as a sentence for them."""


def teams_of(settings, name, groups):
    """The teams that somebody belongs to, by their name or by a group that the identity provider said they are in."""
    groups = set(groups)
    return [
        team
        for team in settings["teams"]
        # The hub writes names of users in lower case.
        if name in map(str.lower, team["members"]["users"]) or groups.intersection(team["members"]["groups"])
    ]


def profiles_of(settings, team):
    """The profiles a team may choose: those of the catalogue that it is allowed, and its own images."""
    allowed = team.get("profiles")
    shared = [p for p in settings["profiles"] if allowed is None or p["key"] in allowed]
    return shared + [own_profile(settings, image, number) for number, image in enumerate(team["images"])]


def own_profile(settings, image, number):
    sizes = [size["key"] for size in settings["sizes"]]
    return {
        **settings["ownImages"],
        "key": "own-%d" % number,
        "displayName": image["displayName"],
        "description": "An image of the team: %s" % image["reference"],
        "images": [{"key": "own", "displayName": image["reference"], "reference": image["reference"]}],
        "sizes": sizes,
    }


def sizes_of(settings, profile):
    return [size for size in settings["sizes"] if size["key"] in profile["sizes"]]


def slug(team, profile):
    return "%s.%s" % (team["team"], profile["key"])


def choices(settings, name, groups):
    """Everything somebody may start: pairs of a team and a profile."""
    return [(team, profile) for team in teams_of(settings, name, groups) for profile in profiles_of(settings, team)]


def choose(settings, name, groups, options):
    """
    The team, profile, image and size that \`options\` mean. They come from a form or from the API, so from anybody: what
    is not among the choices of this very user is refused, whatever the form offered.
    """
    offered = choices(settings, name, groups)
    if not offered:
        raise Refused(
            "You are in no team that has notebooks here. Your groups: %s. Ask an owner of a team to add you, or one of "
            "your groups, to the team's file." % (", ".join(sorted(groups)) or "none")
        )
    wanted = options.get("profile")
    found = [(t, p) for t, p in offered if slug(t, p) == wanted] if wanted else offered[:1]
    if not found:
        raise Refused(
            'There is no environment "%s" for you. There is: %s.' % (wanted, ", ".join(slug(t, p) for t, p in offered))
        )
    team, profile = found[0]
    image = pick("version", profile["images"], options.get("image"))
    size = pick("size", sizes_of(settings, profile), options.get("size"))
    return {"team": team, "profile": profile, "image": image, "size": size}


def options_of(choice):
    """The options that mean this choice."""
    return {
        "profile": slug(choice["team"], choice["profile"]),
        "image": choice["image"]["key"],
        "size": choice["size"]["key"],
    }


def pick(what, entries, key):
    """One of several by its key; the first is the default."""
    if not key:
        return entries[0]
    for entry in entries:
        if entry["key"] == key:
            return entry
    raise Refused('There is no %s "%s". There is: %s.' % (what, key, ", ".join(entry["key"] for entry in entries)))


UNITS = {"m": 1e-3, "": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


def amount(quantity):
    """A Kubernetes quantity as a number: \`500m\` is 0.5, \`1Ki\` is 1024."""
    number = quantity.rstrip("".join(UNITS))
    return float(number) * UNITS[quantity[len(number) :]]


def gpus(size):
    return sum(size["devices"].values())


def within_limits(choice, others):
    """Refuses one server more than a user may have in a team at once. \`others\` are the choices of those that run."""
    team = choice["team"]
    same = [other for other in others if other["team"]["team"] == team["team"]]
    most = team["limits"].get("notebooks")
    if most is not None and len(same) >= most:
        raise Refused(
            "You have %d of %d servers in the team %s. Stop one of them first." % (len(same), most, team["displayName"])
        )
    most = team["limits"].get("gpus")
    used, wanted = sum(gpus(other["size"]) for other in same), gpus(choice["size"])
    if most is not None and wanted and used + wanted > most:
        raise Refused(
            "You have %d of %d GPUs in the team %s, and this server takes %d. Choose a smaller size, or stop another "
            "server first." % (used, most, team["displayName"], wanted)
        )


def left(size, quota):
    """What is left of a quota (\`hard\` and \`used\`, by resource) for the devices of a size, in words. None: unknown."""
    words = []
    for device in size["devices"]:
        key = "requests.%s" % device
        hard, used = quota.get("hard", {}).get(key), quota.get("used", {}).get(key)
        if hard is None or used is None:
            return None
        words.append("%d of %d left" % (max(int(hard) - int(used), 0), int(hard)))
    return ", ".join(words) or None


def form(settings, name, groups, quotas):
    """The catalogue as KubeSpawner's form shows it. \`quotas\` are those of the teams' namespaces, as far as known."""
    several = len(teams_of(settings, name, groups)) > 1
    return [
        {
            "slug": slug(team, profile),
            "display_name": ("%s: %s" % (team["displayName"], profile["displayName"]))
            if several
            else profile["displayName"],
            "description": profile["description"],
            "profile_options": {
                "image": {
                    "display_name": "Version",
                    "choices": {image["key"]: {"display_name": image["displayName"]} for image in profile["images"]},
                },
                "size": {
                    "display_name": "Size",
                    "choices": {
                        size["key"]: {"display_name": size_in_words(size, quotas.get(team["team"]))}
                        for size in sizes_of(settings, profile)
                    },
                },
            },
        }
        for team, profile in choices(settings, name, groups)
    ]


def size_in_words(size, quota):
    remaining = left(size, quota) if quota else None
    return size["displayName"] if remaining is None else "%s (%s)" % (size["displayName"], remaining)


def limits_of(settings, choice):
    """When a server is stopped, in seconds: after so long without use, and at this age."""
    return settings["culling"]["gpu" if gpus(choice["size"]) else "cpu"]


def refusal_in_words(team, message):
    """Why Kubernetes did not take a pod, as far as it is the quota; None when it is something else."""
    if "exceeded quota" not in message:
        return None
    parts = dict(
        (key.strip(), value.strip())
        for key, _, value in (part.partition(":") for part in _sections(message, ("requested", "used", "limited")))
    )
    words = "The quota of the team %s is used up" % team["displayName"]
    if len(parts) == 3:
        words += ": this server takes %s, the team uses %s, and may use %s" % (
            _resources(parts["requested"]),
            _resources(parts["used"]),
            _resources(parts["limited"]),
        )
    return words + ". Choose a smaller size, or stop something else of the team first: a server, or a Ray cluster."


def _sections(message, names):
    """The parts of \`exceeded quota: q, requested: a=1,b=2, used: …, limited: …\`, each with its name."""
    starts = sorted((message.find(name + ": "), name) for name in names if name + ": " in message)
    ends = [start for start, _ in starts[1:]] + [len(message)]
    return [message[start:end].rstrip(", ") for (start, _), end in zip(starts, ends, strict=True)]


def _resources(text):
    """\`requests.cpu=2,pods=3\` as \`2 cpu and 3 pods\`."""
    words = [
        "%s %s" % (value, key.removeprefix("requests."))
        for key, _, value in (r.partition("=") for r in text.split(","))
    ]
    return " and ".join(words)


def delay_in_words(events):
    """Why a pod did not start in time, by what Kubernetes said of it last."""
    for event in reversed(events):
        reason, message = event.get("reason"), event.get("message") or ""
        if reason == "FailedScheduling":
            return "No node has room for this server: %s Choose a smaller size, or try again later." % message
        if reason in ("Failed", "BackOff", "ErrImagePull") and "mage" in message:
            return "The image of this server cannot be pulled: %s" % message
        if reason in ("FailedMount", "FailedAttachVolume"):
            return "A volume of this server cannot be used: %s" % message
    return "Kubernetes said nothing of why. Try again, and ask those who run the platform if that does not help."
`,
  'jupyterhub_config.py': `"""Configuration of JupyterHub. What differs between environments is in settings.json, and secrets are in variables."""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from oauthenticator.generic import GenericOAuthenticator  # noqa: E402

from spawner import RESTRICTED, TeamSpawner  # noqa: E402

with open(os.path.join(HERE, "settings.json")) as content:
    settings = json.load(content)

c = get_config()  # noqa: F821

hub = settings["hub"]
c.JupyterHub.hub_bind_url = "http://:%d" % hub["port"]
c.JupyterHub.hub_connect_url = hub["connectUrl"]
if "publicUrl" in hub:
    c.JupyterHub.public_url = hub["publicUrl"]
c.JupyterHub.cookie_secret = bytes.fromhex(os.environ["COOKIE_SECRET"])
c.JupyterHub.db_url = settings["database"]["url"]
c.JupyterHub.db_kwargs = settings["database"]["engine"]
c.JupyterHub.upgrade_db = True
c.JupyterHub.template_vars = {"announcement": settings["announcement"]} if settings.get("announcement") else {}

# Servers and proxy go on when the hub is started again.
c.JupyterHub.cleanup_servers = False
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = hub["proxyApiUrl"]

# The keeper serves metrics; what the proxy shows to the world wants a token.
c.JupyterHub.authenticate_prometheus = True
c.JupyterHub.last_activity_interval = 60
c.JupyterHub.concurrent_spawn_limit = 64
c.JupyterHub.allow_named_servers = True
c.JupyterHub.named_server_limit_per_user = settings["limits"]["servers"]


def groups_of(auth_state):
    """The groups of who signs in. Names of claims can have dots, and providers leave out an empty one."""
    found = auth_state["oauth_user"].get(settings["oidc"].get("groupsClaim"))
    return [found] if isinstance(found, str) else found or []


# Who may come in: members of teams, and administrators. Nobody else, also not who once could.
oidc = settings["oidc"]
c.JupyterHub.authenticator_class = GenericOAuthenticator
c.GenericOAuthenticator.client_id = oidc["clientId"]
c.GenericOAuthenticator.client_secret = os.environ["OIDC_CLIENT_SECRET"]
c.GenericOAuthenticator.authorize_url = oidc["authorizeUrl"]
c.GenericOAuthenticator.token_url = oidc["tokenUrl"]
c.GenericOAuthenticator.userdata_url = oidc["userinfoUrl"]
if "logoutUrl" in oidc:
    c.GenericOAuthenticator.logout_redirect_url = oidc["logoutUrl"]
if "callbackUrl" in oidc:
    c.GenericOAuthenticator.oauth_callback_url = oidc["callbackUrl"]
c.GenericOAuthenticator.scope = oidc["scopes"]
c.GenericOAuthenticator.username_claim = oidc["usernameClaim"]
c.GenericOAuthenticator.login_service = oidc["title"]
c.GenericOAuthenticator.auto_login = True
c.GenericOAuthenticator.enable_pkce = True
c.GenericOAuthenticator.manage_groups = True
c.GenericOAuthenticator.auth_state_groups_key = groups_of
c.GenericOAuthenticator.allow_all = False
c.GenericOAuthenticator.allow_existing_users = False
c.GenericOAuthenticator.allowed_users = {
    name.lower() for team in settings["teams"] for name in team["members"]["users"]
}
c.GenericOAuthenticator.allowed_groups = {name for team in settings["teams"] for name in team["members"]["groups"]}
c.GenericOAuthenticator.admin_groups = set(settings["adminGroups"])
c.GenericOAuthenticator.custom_403_message = (
    "You are in no team that has notebooks here. Ask an owner of a team to add you, or one of your groups, to its file."
)
# Keeps tokens, encrypted, to ask again for groups: who leaves one cannot start servers in its team any more.
c.GenericOAuthenticator.enable_auth_state = True
c.GenericOAuthenticator.refresh_pre_spawn = True
c.GenericOAuthenticator.auth_refresh_age = 900

c.JupyterHub.spawner_class = TeamSpawner
c.TeamSpawner.settings = settings
c.TeamSpawner.profile_list = lambda spawner: spawner.teams_profiles()
c.TeamSpawner.slug_scheme = "safe"
c.TeamSpawner.namespace = settings["teams"][0]["namespace"] if settings["teams"] else ""
c.TeamSpawner.component_label = "notebook"
c.TeamSpawner.pod_name_template = "notebook-{user_server}"
# The image's own entry point stays; it runs this.
c.TeamSpawner.cmd = ["jupyterhub-singleuser"]
c.TeamSpawner.port = settings["port"]
c.TeamSpawner.start_timeout = settings["startTimeout"]
c.TeamSpawner.http_timeout = 120
# Kubernetes answers in milliseconds or is in trouble; then another try helps, for half a minute.
c.TeamSpawner.k8s_api_request_timeout = 10

# A home for each server that a user names, kept when the server goes, and when the user does.
c.TeamSpawner.storage_pvc_ensure = True
c.TeamSpawner.delete_pvc = False
c.TeamSpawner.pvc_name_template = "home-{user_server}"
c.TeamSpawner.storage_capacity = settings["storage"]["size"]
c.TeamSpawner.storage_access_modes = ["ReadWriteOnce"]
c.TeamSpawner.storage_extra_labels = settings["storage"]["labels"]
if "class" in settings["storage"]:
    c.TeamSpawner.storage_class = settings["storage"]["class"]

c.TeamSpawner.automount_service_account_token = False
c.TeamSpawner.allow_privilege_escalation = False
c.TeamSpawner.container_security_context = {"capabilities": {"drop": ["ALL"]}}
c.TeamSpawner.pod_security_context = RESTRICTED

# Stops servers that nobody uses, and tells Prometheus.
c.JupyterHub.services = [
    {
        "name": "keeper",
        "command": [sys.executable, os.path.join(HERE, "keeper.py")],
        "environment": {"KEEPER_SETTINGS": os.path.join(HERE, "settings.json")},
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "keeper",
        "services": ["keeper"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers", "read:metrics"],
    }
]
`,
  'keeper.py': `"""
Stops servers that are old or that nobody uses, and serves metrics: the hub's, which want a token that Prometheus does
not have, and its own. JupyterHub runs it and starts it again when it ends. Only Python's own library.

Servers look after themselves (\`session.py\`), warn whom they belong to, and see more: a browser that is only open is no
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
            "# HELP %s %s\\n# TYPE %s %s\\n%s %s\\n" % (name, text, name, kind, name, value)
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
`,
  'spawner.py': `"""Starts a user's server in the namespace of the team they chose."""

import asyncio
import json

from aiohttp import ClientError
from kubernetes_asyncio.client.models import V1EnvVarSource, V1ObjectMeta, V1Secret, V1SecretKeySelector
from kubernetes_asyncio.client.rest import ApiException
from kubespawner import KubeSpawner
from traitlets import Dict

import catalogue

# Before JupyterHub itself gives up, so that there is still somebody to say why.
EARLIER = 10

RESTRICTED = {
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
    # Kubernetes otherwise walks every file of the home at every start.
    "fsGroupChangePolicy": "OnRootMismatch",
}


# Who has the token of a server may use it as its owner does.
TOKENS = ("JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN")
TOKEN_KEY = "token"


class SpawnRefused(Exception):
    """Shown to the user in place of "something went wrong"."""

    def __init__(self, message):
        super().__init__(message)
        self.jupyterhub_message = message


class TeamSpawner(KubeSpawner):
    settings = Dict(help="What the platform says of teams, profiles and sizes.").tag(config=True)

    @property
    def groups(self):
        return sorted(group.name for group in self.user.groups)

    async def teams_profiles(self):
        """What the form shows."""
        teams = catalogue.teams_of(self.settings, self.user.name, self.groups)
        quotas = await asyncio.gather(*(self.quota_of(team) for team in teams))
        known = {team["team"]: quota for team, quota in zip(teams, quotas, strict=True) if quota is not None}
        return catalogue.form(self.settings, self.user.name, self.groups, known)

    async def quota_of(self, team):
        if not any(size["devices"] for size in self.settings["sizes"]):
            return None
        try:
            quota = await asyncio.wait_for(
                self.api.read_namespaced_resource_quota(team["quota"], team["namespace"]), self.k8s_api_request_timeout
            )
        except (ApiException, ClientError, asyncio.TimeoutError) as error:
            # People choose without it as well as with it.
            self.log.warning("the quota of %s is unknown: %s", team["namespace"], error)
            return None
        return {"hard": quota.status.hard or {}, "used": quota.status.used or {}}

    async def load_user_options(self):
        choice = self.choice_of(self.user_options)
        catalogue.within_limits(choice, self.running())
        # With the defaults, where something was left open: the keeper goes by them.
        self.user_options = self.orm_spawner.user_options = catalogue.options_of(choice)
        self.apply(choice, await self.secrets_of(choice["team"]))

    def choice_of(self, options):
        return catalogue.choose(self.settings, self.user.name, self.groups, options or {})

    def running(self):
        """What the user's other servers are, as far as they are still among the choices."""
        found = []
        for spawner in self.user.spawners.values():
            if spawner is self or not (spawner.active or spawner.pending):
                continue
            try:
                found.append(self.choice_of(spawner.user_options))
            except catalogue.Refused:
                self.log.warning("%s/%s runs what is not offered any more", self.user.name, spawner.name)
        return found

    async def secrets_of(self, team):
        """Which variables of the team come from Secrets. The hub learns where they are and never what is in them."""
        try:
            found = await asyncio.wait_for(
                self.api.read_namespaced_config_map(team["secrets"], team["namespace"]), self.k8s_api_request_timeout
            )
        except ApiException as error:
            if error.status != 404:
                raise
            return {}
        return json.loads((found.data or {}).get(self.settings["secretsKey"], "{}"))

    def apply(self, choice, secrets):
        team, profile, size = choice["team"], choice["profile"], choice["size"]
        self.namespace = team["namespace"]
        self.image = choice["image"]["reference"]
        self.default_url = profile["url"]
        self.uid, self.gid, self.fs_gid = profile["user"]["uid"], profile["user"]["gid"], profile["user"]["gid"]
        self.common_labels = {
            "app.kubernetes.io/managed-by": "kubespawner",
            **self.settings["labels"],
            **team["podLabels"],
        }
        self.extra_annotations = {
            # A server that somebody works in is not moved to save a node.
            "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
            "karpenter.sh/do-not-disrupt": "true",
        }
        self.service_account = team.get("serviceAccount")
        memory = int(catalogue.amount(size["memory"]))
        self.cpu_guarantee, self.mem_guarantee, self.mem_limit = catalogue.amount(size["cpu"]), memory, memory
        self.cpu_limit = catalogue.amount(size["cpuLimit"]) if "cpuLimit" in size else None
        devices = {device: str(count) for device, count in size["devices"].items()}
        self.extra_resource_guarantees, self.extra_resource_limits = devices, devices
        self.tolerations = size["tolerations"]
        self.node_affinity_required = size["nodes"]
        self.mount(choice)
        self.environment = {**self.environment, **self.variables(choice, secrets)}
        self.extra_container_config = {"envFrom": [{"configMapRef": {"name": team["variables"], "optional": True}}]}
        self.extra_pod_config = {"enableServiceLinks": False}

    def mount(self, choice):
        team, home = choice["team"], choice["profile"]["home"]
        volumes = [
            {"name": "home", "persistentVolumeClaim": {"claimName": "{pvc_name}"}},
            {"name": "session", "configMap": {"name": self.settings["session"]["configMap"]}},
            # PyTorch hands data between processes through it; the default of 64 MiB is not enough for one batch.
            {
                "name": "shm",
                "emptyDir": {
                    "medium": "Memory",
                    "sizeLimit": str(int(catalogue.amount(choice["size"]["memory"])) // 2),
                },
            },
        ]
        mounts = [
            {"name": "home", "mountPath": home},
            {"name": "session", "mountPath": self.settings["session"]["path"], "readOnly": True},
            {"name": "shm", "mountPath": "/dev/shm"},
        ]
        shared = team.get("sharedVolume")
        if shared:
            volumes.append({"name": "shared", "persistentVolumeClaim": {"claimName": shared["claim"]}})
            mounts.append({"name": "shared", "mountPath": shared["path"]})
        for dataset in team["datasets"]:
            name = "dataset-%s" % dataset["name"]
            volumes.append({"name": name, "persistentVolumeClaim": {"claimName": dataset["claim"], "readOnly": True}})
            mount = {"name": name, "mountPath": dataset["path"], "readOnly": True}
            mounts.append({**mount, "subPath": dataset["subPath"]} if "subPath" in dataset else mount)
        self.volumes, self.volume_mounts = volumes, mounts

    def variables(self, choice, secrets):
        limits = catalogue.limits_of(self.settings, choice)
        return {
            "KEELSON_TEAM": choice["team"]["team"],
            # What ends the server in time is switched on there.
            "JUPYTER_CONFIG_PATH": self.settings["session"]["path"],
            "NOTEBOOK_IDLE_SECONDS": str(limits["idle"]),
            "NOTEBOOK_MAX_AGE_SECONDS": str(limits["maxAge"]),
            "NOTEBOOK_WARNING_SECONDS": str(self.settings["culling"]["warning"]),
            # Libraries count the CPUs of the node, and start as many threads.
            "OMP_NUM_THREADS": str(max(1, round(catalogue.amount(choice["size"]["cpu"])))),
            **{
                variable: {"valueFrom": {"secretKeyRef": {"name": ref["name"], "key": ref["key"], "optional": True}}}
                for variable, ref in sorted(secrets.items())
            },
        }

    async def get_pod_manifest(self):
        """Takes the token out of the pod, which everybody may read who may look at the team's namespace."""
        pod = await super().get_pod_manifest()
        for variable in pod.spec.containers[0].env:
            if variable.name in TOKENS:
                variable.value = None
                variable.value_from = V1EnvVarSource(
                    secret_key_ref=V1SecretKeySelector(name=self.pod_name, key=TOKEN_KEY)
                )
        return pod

    async def _make_create_pod_request(self, pod, request_timeout):
        # Here, because a pod that is in the way is stopped, with its token, and this is called again.
        await self.remove_token()
        secret = V1Secret(
            metadata=V1ObjectMeta(name=self.pod_name, labels=self._build_common_labels({})),
            string_data={TOKEN_KEY: self.api_token},
        )
        await asyncio.wait_for(self.api.create_namespaced_secret(self.namespace, secret), request_timeout)
        return await super()._make_create_pod_request(pod, request_timeout)

    async def remove_token(self):
        try:
            await asyncio.wait_for(
                self.api.delete_namespaced_secret(self.pod_name, self.namespace), self.k8s_api_request_timeout
            )
        except ApiException as error:
            if error.status != 404:
                raise

    async def stop(self, now=False):
        await super().stop(now)
        await self.remove_token()

    async def _start(self):
        try:
            return await asyncio.wait_for(super()._start(), self.start_timeout - EARLIER)
        except catalogue.Refused as refused:
            raise SpawnRefused(str(refused)) from refused
        except ApiException as error:
            raise SpawnRefused(self.explained(error)) from error
        except asyncio.TimeoutError as error:
            raise SpawnRefused(catalogue.delay_in_words(self.events)) from error

    def explained(self, error):
        try:
            message = json.loads(error.body)["message"]
        except (TypeError, ValueError, KeyError):
            message = str(error.reason)
        team = self.choice_of(self.user_options)["team"]
        return catalogue.refusal_in_words(team, message) or "Kubernetes does not take this server: %s" % message
`,
};

/** The files of `notebooks/session/`. */
export const SESSION_FILES: Readonly<Record<string, string>> = {
  'jupyter_server_config.py': `"""Read by every server of a notebook, before what its image and its user configure."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

c = get_config()  # noqa: F821
c.ServerApp.jpserver_extensions = {"keelson_session": True}
# No server of the platform asks the internet for news.
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.news_url = None
`,
  'keelson_session.py': `"""
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
        "# This server stops at %s UTC\\n\\n"
        "Because %s. Files in your home and in shared volumes stay; what is only in memory is lost.\\n\\n"
        "Run a cell or save a file to keep a server that was only idle; a server that is too old stops anyway, and can "
        "be started again at once.\\n" % (end.strftime("%H:%M"), why)
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
`,
};
