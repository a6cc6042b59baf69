"""Does to a cluster what alerts are about: objects that spill, placement groups that wait, a GPU in use.

Prints "ready" and holds all of it until its input ends.
"""

import sys
import time

import numpy as np
import ray
from ray.util.placement_group import placement_group

ray.init(address="auto", log_to_driver=False)
waiting = placement_group([{"CPU": 999}])
held = placement_group([{"CPU": 0.1}])
ray.get(held.ready())
objects = [ray.put(np.zeros(8_000_000, dtype=np.uint8)) for _ in range(30)]


@ray.remote(num_gpus=1, num_cpus=0)
def hold() -> None:
    time.sleep(600)


task = hold.remote()
time.sleep(5)
print("ready", flush=True)
sys.stdin.read()
