/** Where the RayJob to make is mounted. */
export const RAY_JOB_DIRECTORY = '/ray-job';
export const RAY_JOB_FILE = 'ray-job.json';
export const RUN_SCRIPT_FILE = 'run.py';

/** Exit code that says that the RayJob has failed, which another try of the pod would not change. */
export const RAY_JOB_FAILED = 3;

/**
 * Makes the RayJob and stays until it has ended. Only Python's own library, so that any image with Ray can run it.
 *
 * The RayJob has the name of the Job that this pod belongs to, so a second try finds the first one's RayJob; and that Job
 * is its owner, so it goes when Kubernetes tidies up Jobs, or when somebody deletes the Job to stop it. One that has not
 * ended `DEADLINE_SECONDS` after it was made is deleted.
 */
export const RUN_SCRIPT = `\
import datetime
import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.request

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
HOST = os.environ["KUBERNETES_SERVICE_HOST"]
SERVER = "https://%s:%s" % ("[%s]" % HOST if ":" in HOST else HOST, os.environ["KUBERNETES_SERVICE_PORT"])
TLS = ssl.create_default_context(cafile=ACCOUNT + "/ca.crt")
TRANSIENT = (408, 429, 500, 502, 503, 504)
# The API server is never behind the proxy of the environment.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=TLS))


def account(file):
    # Read every time: the token changes.
    with open(os.path.join(ACCOUNT, file)) as content:
        return content.read().strip()


def call(method, path, body=None):
    request = urllib.request.Request(
        SERVER + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + account("token"), "Content-Type": "application/json"},
    )
    with OPENER.open(request, timeout=30) as response:
        return json.load(response)


def patiently(method, path, body=None):
    for wait in (1, 2, 5, 10, 30, 60, 60, 60):
        try:
            return call(method, path, body)
        except urllib.error.HTTPError as error:
            if error.code not in TRANSIENT:
                raise
            print("the API server answers %s" % error.code, file=sys.stderr)
        except OSError as error:
            print("no answer of the API server: %s" % error, file=sys.stderr)
        time.sleep(wait)
    return call(method, path, body)


def age(made):
    # Of the RayJob, not of this pod: a node that is lost gives no run more time.
    since = datetime.datetime.strptime(made, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)
    return (datetime.datetime.now(datetime.timezone.utc) - since).total_seconds()


with open(sys.argv[1]) as content:
    job = json.load(content)
name = os.environ["JOB_NAME"]
jobs = "/apis/ray.io/v1/namespaces/%s/rayjobs" % account("namespace")
job["metadata"]["name"] = name
job["metadata"]["ownerReferences"] = [
    {"apiVersion": "batch/v1", "kind": "Job", "name": name, "uid": os.environ["JOB_UID"]}
]
try:
    patiently("POST", jobs, job)
    print("made RayJob %s" % name, flush=True)
except urllib.error.HTTPError as error:
    if error.code != 409:
        sys.exit("RayJob %s is refused: %s" % (name, error.read().decode(errors="replace")))
    print("RayJob %s is there already" % name, flush=True)

deadline = float(os.environ["DEADLINE_SECONDS"])
seen = None
while True:
    try:
        made = patiently("GET", jobs + "/" + name)
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        print("RayJob %s was deleted" % name, file=sys.stderr)
        sys.exit(${RAY_JOB_FAILED})
    status = made.get("status", {})
    state = status.get("jobDeploymentStatus") or "New"
    if state != seen:
        print(" ".join(filter(None, (state, status.get("reason"), status.get("message")))), flush=True)
        seen = state
    if state == "Complete":
        sys.exit(0 if status.get("jobStatus", "SUCCEEDED") == "SUCCEEDED" else ${RAY_JOB_FAILED})
    # KubeRay sets Failed only when no try is left, and never looks again at what is ValidationFailed.
    if state in ("Failed", "ValidationFailed"):
        sys.exit(${RAY_JOB_FAILED})
    # All others lead to one of these, but Suspended may do so never, and a node may not come. The next run must.
    if age(made["metadata"]["creationTimestamp"]) > deadline:
        print("RayJob %s has not ended after %d s, and is deleted" % (name, deadline), file=sys.stderr)
        try:
            patiently("DELETE", jobs + "/" + name)
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
        sys.exit(${RAY_JOB_FAILED})
    time.sleep(float(os.environ.get("POLL_SECONDS", "10")))
`;
