"""Asks Ray's own schema about serveConfigV2 texts: reads a list of them, and writes for each why it is refused, or null.

Runtime environments are built as well, as Serve does when it deploys an application.
"""

import json
import sys

import yaml
from ray.runtime_env import RuntimeEnv
from ray.serve.schema import ServeDeploySchema


def problem(text: str) -> str | None:
    try:
        config = ServeDeploySchema.model_validate(yaml.safe_load(text))
        for application in config.applications:
            actors = [deployment.ray_actor_options for deployment in application.deployments or []]
            environments = [application.runtime_env, *(getattr(actor, "runtime_env", None) for actor in actors)]
            for environment in environments:
                if environment:
                    RuntimeEnv(**environment)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


json.dump([problem(text) for text in json.load(sys.stdin)], sys.stdout)
