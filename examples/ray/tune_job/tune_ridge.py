"""Searches the penalty of a ridge regression with Ray Tune, each trial a run in MLflow.

Runs as the entrypoint of a RayJob: `python tune_ridge.py --samples 8`. Wants `mlflow-skinny` (or `mlflow`) beside what
Ray's images carry, and `MLFLOW_TRACKING_URI` in its environment.
"""

import argparse
import os

import numpy as np
import ray
from ray import tune
from ray.air.integrations.mlflow import MLflowLoggerCallback

SEED = 7


def data() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(SEED)
    features = generator.standard_normal((120, 40))
    weights = generator.standard_normal(40) * (generator.random(40) < 0.3)
    target = features @ weights + generator.standard_normal(120)
    return features[:60], target[:60], features[60:], target[60:]


def trial(config: dict) -> None:
    x, y, x_test, y_test = data()
    fitted = np.linalg.solve(x.T @ x + config["penalty"] * np.eye(x.shape[1]), x.T @ y)
    tune.report({"error": float(np.mean((x_test @ fitted - y_test) ** 2))})


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--samples", type=int, default=8)
    options.add_argument("--experiment", default="tune-ridge")
    options.add_argument("--storage", default=None, help="where results are kept: a directory that all nodes share, or s3://…")
    given = options.parse_args()

    ray.init()
    tuner = tune.Tuner(
        tune.with_resources(trial, {"cpu": 1}),
        param_space={"penalty": tune.loguniform(1e-3, 1e3)},
        tune_config=tune.TuneConfig(metric="error", mode="min", num_samples=given.samples, max_concurrent_trials=2),
        run_config=tune.RunConfig(
            name=given.experiment,
            storage_path=given.storage,
            callbacks=[
                MLflowLoggerCallback(
                    tracking_uri=os.environ["MLFLOW_TRACKING_URI"], experiment_name=given.experiment, save_artifact=False
                )
            ],
        ),
    )
    best = tuner.fit().get_best_result()
    print(f"best penalty {best.config['penalty']:.4f}, error {best.metrics['error']:.4f}")


if __name__ == "__main__":
    main()
