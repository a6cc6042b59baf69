"""What a user may start, and what is started for what they chose. Knows nothing of JupyterHub and KubeSpawner."""


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
    The team, profile, image and size that `options` mean. They come from a form or from the API, so from anybody: what
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
    """A Kubernetes quantity as a number: `500m` is 0.5, `1Ki` is 1024."""
    number = quantity.rstrip("".join(UNITS))
    return float(number) * UNITS[quantity[len(number) :]]


def gpus(size):
    return sum(size["devices"].values())


def within_limits(choice, others):
    """Refuses one server more than a user may have in a team at once. `others` are the choices of those that run."""
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
    """What is left of a quota (`hard` and `used`, by resource) for the devices of a size, in words. None: unknown."""
    words = []
    for device in size["devices"]:
        key = "requests.%s" % device
        hard, used = quota.get("hard", {}).get(key), quota.get("used", {}).get(key)
        if hard is None or used is None:
            return None
        words.append("%d of %d left" % (max(int(hard) - int(used), 0), int(hard)))
    return ", ".join(words) or None


def form(settings, name, groups, quotas):
    """The catalogue as KubeSpawner's form shows it. `quotas` are those of the teams' namespaces, as far as known."""
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
    """The parts of `exceeded quota: q, requested: a=1,b=2, used: …, limited: …`, each with its name."""
    starts = sorted((message.find(name + ": "), name) for name in names if name + ": " in message)
    ends = [start for start, _ in starts[1:]] + [len(message)]
    return [message[start:end].rstrip(", ") for (start, _), end in zip(starts, ends, strict=True)]


def _resources(text):
    """`requests.cpu=2,pods=3` as `2 cpu and 3 pods`."""
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
