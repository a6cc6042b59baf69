"""Starts a user's server in the namespace of the team they chose."""

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
