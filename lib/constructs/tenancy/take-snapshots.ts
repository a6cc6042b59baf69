/** Where the task of the snapshots is mounted. */
export const SNAPSHOTS_DIRECTORY = '/snapshots';
export const SNAPSHOTS_SCRIPT_FILE = 'take.py';
export const SNAPSHOTS_TASK_FILE = 'task.json';

/** Label of the snapshots that a schedule made: no others are ever removed by it. */
export const SNAPSHOT_SCHEDULE = 'keelson.dev/snapshot-schedule';

/** What the script is told. */
export interface SnapshotsTask {
  readonly namespace: string;
  /** Value of {@link SNAPSHOT_SCHEDULE}. */
  readonly schedule: string;
  /** Of every snapshot, beside that one. */
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds after which a snapshot goes, unless it is the last good one of a volume that still exists. */
  readonly keep: number;
  readonly volumes: readonly { readonly selector: string; readonly snapshotClass: string }[];
}

/**
 * Makes a snapshot of every volume that is picked, stays until each can be used, and then removes those that are old
 * enough. Only Python's own library.
 *
 * A snapshot is called after its volume and the time of the run, which is the end of the Job's name: a second try finds
 * those of the first. Whatever fails, the others are made, and the pod ends with an error; nothing is removed before.
 */
export const SNAPSHOTS_SCRIPT = `\
import datetime
import hashlib
import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ACCOUNT = os.environ.get("ACCOUNT_DIRECTORY", "/var/run/secrets/kubernetes.io/serviceaccount")
HOST = os.environ["KUBERNETES_SERVICE_HOST"]
SERVER = "https://%s:%s" % ("[%s]" % HOST if ":" in HOST else HOST, os.environ["KUBERNETES_SERVICE_PORT"])
TLS = ssl.create_default_context(cafile=ACCOUNT + "/ca.crt")
TRANSIENT = (408, 429, 500, 502, 503, 504)
# The API server is never behind the proxy of the environment.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=TLS))
WAIT = float(os.environ.get("POLL_SECONDS", "10"))
PATIENCE = float(os.environ.get("READY_SECONDS", "3600"))


def say(text):
    print(text, flush=True)


def call(method, path, body=None):
    with open(ACCOUNT + "/token") as content:
        # Read every time: the token changes.
        token = content.read().strip()
    request = urllib.request.Request(
        SERVER + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + token, "Content-Type": "application/json"},
    )
    with OPENER.open(request, timeout=30) as response:
        return json.load(response)


def patiently(method, path, body=None):
    for attempt in range(6):
        try:
            return call(method, path, body)
        except urllib.error.HTTPError as error:
            if error.code not in TRANSIENT:
                raise
            say("the API server answers %s" % error.code)
        except OSError as error:
            say("no answer of the API server: %s" % error)
        time.sleep(WAIT * attempt)
    return call(method, path, body)


def listed(path, selector):
    found, more = [], ""
    while True:
        query = {"labelSelector": selector, "limit": "500", **({"continue": more} if more else {})}
        page = patiently("GET", path + "?" + urllib.parse.urlencode(query))
        found += page["items"]
        more = page["metadata"].get("continue")
        if not more:
            return found


def named(claim, run):
    # As long as a name may be, and no two the same.
    if len(claim) + len(run) < 253:
        return claim + "-" + run
    digest = hashlib.sha256(claim.encode()).hexdigest()[:10]
    return claim[: 240 - len(run)].rstrip("-.") + "-" + digest + "-" + run


def made(snapshot):
    # Both are in UTC, as the API server writes them.
    when = (snapshot.get("status") or {}).get("creationTime") or snapshot["metadata"]["creationTimestamp"]
    return datetime.datetime.strptime(when[:19] + "+0000", "%Y-%m-%dT%H:%M:%S%z").timestamp()


def ready(snapshot):
    return (snapshot.get("status") or {}).get("readyToUse") is True


with open(sys.argv[1]) as content:
    task = json.load(content)
run = os.environ["JOB_NAME"].rsplit("-", 1)[-1]
claims = "/api/v1/namespaces/%s/persistentvolumeclaims" % task["namespace"]
snapshots = "/apis/snapshot.storage.k8s.io/v1/namespaces/%s/volumesnapshots" % task["namespace"]
own = "${SNAPSHOT_SCHEDULE}=" + task["schedule"]
failed = False
wanted, present = set(), set()

for volumes in task["volumes"]:
    for claim in listed(claims, volumes["selector"]):
        name = claim["metadata"]["name"]
        present.add(name)
        if (claim.get("status") or {}).get("phase") != "Bound" or claim["metadata"].get("deletionTimestamp"):
            say("%s: has no volume yet, or is being deleted" % name)
            continue
        body = {
            "apiVersion": "snapshot.storage.k8s.io/v1",
            "kind": "VolumeSnapshot",
            "metadata": {
                "name": named(name, run),
                "labels": {**task["labels"], "${SNAPSHOT_SCHEDULE}": task["schedule"]},
            },
            "spec": {
                "volumeSnapshotClassName": volumes["snapshotClass"],
                "source": {"persistentVolumeClaimName": name},
            },
        }
        try:
            patiently("POST", snapshots, body)
            say("%s: snapshot %s" % (name, body["metadata"]["name"]))
        except urllib.error.HTTPError as error:
            if error.code != 409:
                say("%s: refused: %s" % (name, error.read().decode(errors="replace")))
                failed = True
                continue
        wanted.add(body["metadata"]["name"])

deadline = time.monotonic() + PATIENCE
while True:
    existing = listed(snapshots, own)
    open_ones = [one for one in existing if one["metadata"]["name"] in wanted and not ready(one)]
    if not open_ones or time.monotonic() > deadline:
        break
    time.sleep(WAIT)
for one in open_ones:
    why = ((one.get("status") or {}).get("error") or {}).get("message") or "no error is known"
    say("%s: cannot be used yet: %s" % (one["metadata"]["name"], why))
    failed = True

newest = {}
for one in existing:
    claim = one["spec"]["source"].get("persistentVolumeClaimName")
    if ready(one) and (claim not in newest or made(one) > made(newest[claim])):
        newest[claim] = one
for one in existing:
    name, claim = one["metadata"]["name"], one["spec"]["source"].get("persistentVolumeClaimName")
    if name in wanted or one["metadata"].get("deletionTimestamp") or time.time() - made(one) < task["keep"]:
        continue
    if claim in present and newest.get(claim, one) is one:
        say("%s: old, and kept: there is no newer one of %s" % (name, claim))
        continue
    try:
        patiently("DELETE", snapshots + "/" + name)
        say("%s: removed" % name)
    except urllib.error.HTTPError as error:
        if error.code != 404:
            say("%s: cannot be removed: %s" % (name, error.read().decode(errors="replace")))
            failed = True
sys.exit(1 if failed else 0)
`;
