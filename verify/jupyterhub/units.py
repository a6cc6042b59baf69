"""What the hub's Python decides, by itself. Run with the directories of the files as arguments."""

import json
import sys
from datetime import datetime, timedelta, timezone

sys.dont_write_bytecode = True
sys.path[:0] = sys.argv[1:3]

import catalogue  # noqa: E402
import keelson_session  # noqa: E402
import keeper  # noqa: E402

with open(sys.argv[3]) as content:
    settings = json.load(content)

NOW = datetime(2026, 1, 8, tzinfo=timezone.utc)
teams = {team["team"]: team for team in settings["teams"]}


def refused(*arguments):
    try:
        catalogue.choose(settings, *arguments)
    except catalogue.Refused as refusal:
        return str(refusal)
    raise AssertionError("not refused")


def server(profile, size, started, active):
    at = lambda hours: (NOW - timedelta(hours=hours)).isoformat().replace("+00:00", "Z")  # noqa: E731
    return {"user_options": {"profile": profile, "size": size}, "started": at(started), "last_activity": at(active)}


# Who may start what.
assert "Your groups: sales." in refused("bob", ["sales"], {})
assert "Your groups: none." in refused("bob", [], {})
assert "no environment" in refused("alice", ["ranking"], {"profile": "vision.minimal"})
assert "no environment" in refused("alice", ["ranking"], {"profile": "ranking.pytorch"})
assert "no size" in refused("alice", ["vision"], {"profile": "vision.minimal", "size": "a10g"})
assert "no version" in refused("alice", ["vision"], {"profile": "vision.minimal", "image": "latest"})
first = catalogue.choose(settings, "alice", ["ranking"], {})
assert (first["team"]["team"], first["profile"]["key"], first["size"]["key"]) == ("ranking", "minimal", "small")
assert catalogue.options_of(first) == {"profile": "ranking.minimal", "image": first["image"]["key"], "size": "small"}

# Limits of one user in one team.
one = catalogue.choose(settings, "alice", ["vision"], {"profile": "vision.minimal"})
catalogue.within_limits(one, [one, first])
for others in ([one, one], [one, one, first]):
    try:
        catalogue.within_limits(one, others)
        raise AssertionError("not refused")
    except catalogue.Refused as refusal:
        assert "2 of 2 servers" in str(refusal), refusal

# Quantities, and what is left of a quota.
for text, value in (("500m", 0.5), ("2", 2), ("16Gi", 2**34), ("1.5Gi", 1.5 * 2**30), ("1G", 1e9), ("7910m", 7.91)):
    assert catalogue.amount(text) == value, (text, catalogue.amount(text))
gpu = {"displayName": "G", "devices": {"nvidia.com/gpu": 1}}
quota = {"hard": {"requests.nvidia.com/gpu": "16"}, "used": {"requests.nvidia.com/gpu": "13"}}
assert catalogue.size_in_words(gpu, quota) == "G (3 of 16 left)"
assert catalogue.size_in_words(gpu, {"hard": {}, "used": {}}) == "G"
assert catalogue.size_in_words(gpu, None) == "G"

# Refusals and delays, as Kubernetes writes them.
message = (
    'pods "x" is forbidden: exceeded quota: team-vision, requested: pods=1,requests.nvidia.com/gpu=2, '
    "used: pods=100,requests.nvidia.com/gpu=16, limited: pods=100,requests.nvidia.com/gpu=16"
)
assert "takes 1 pods and 2 nvidia.com/gpu, the team uses 100 pods" in catalogue.refusal_in_words(
    teams["vision"], message
)
assert catalogue.refusal_in_words(teams["vision"], "violates PodSecurity") is None
events = [{"reason": "FailedScheduling", "message": "0/3 nodes."}, {"reason": "Pulling", "message": "image x"}]
assert catalogue.delay_in_words(events).startswith("No node has room for this server: 0/3 nodes.")
assert "cannot be pulled" in catalogue.delay_in_words([{"reason": "Failed", "message": "Failed to pull image x"}])
assert catalogue.delay_in_words([]).startswith("Kubernetes said nothing")

# Who is stopped by the keeper: a server with a GPU after 1 h and the grace, one without after 4 h.
assert keeper.overdue(settings, server("vision.pytorch-gpu", "a10g", 20, 1), NOW) is None
assert "nobody used it" in keeper.overdue(settings, server("vision.pytorch-gpu", "a10g", 20, 1.2), NOW)
assert keeper.overdue(settings, server("vision.minimal", "small", 20, 3.9), NOW) is None
assert "nobody used it" in keeper.overdue(settings, server("vision.minimal", "small", 20, 4.2), NOW)
assert "s old" in keeper.overdue(settings, server("vision.minimal", "small", 24 * 7 + 1, 0), NOW)
assert "s old" in keeper.overdue(settings, server("vision.pytorch-gpu", "a10g", 25, 0), NOW)
# What was there before it was used: the activity of a former server does not count against it.
assert keeper.overdue(settings, server("vision.pytorch-gpu", "a10g", 0.5, 100), NOW) is None
# What is not offered any more is treated as what is dear.
assert "nobody used it" in keeper.overdue(settings, server("gone.minimal", "small", 20, 2), NOW)

# When a server ends by itself.
limits = {"idle": 3600, "max_age": 86400, "warning": 900}
hour = timedelta(hours=1)
assert keelson_session.end_of(NOW, NOW + hour, limits) == (NOW + 2 * hour, "nobody used it for 60 minutes")
assert keelson_session.end_of(NOW, NOW + 23.5 * hour, limits) == (
    NOW + 24 * hour,
    "no server runs for longer than 24 hours",
)
assert keelson_session.end_of(NOW, NOW, {"idle": 0, "max_age": 0}) is None
assert "stops at 02:00 UTC" in keelson_session.notice(NOW + 2 * hour, "of this")
print("ok")
