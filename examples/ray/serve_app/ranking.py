"""Ranks items for a user: an example of an application of Ray Serve.

The model is a random projection with a fixed seed, so that an answer is the same on every replica and after every
restart. Only packages that Ray's own images carry.
"""

import numpy as np
from fastapi import FastAPI
from pydantic import BaseModel, Field
from ray import serve
from ray.serve.handle import DeploymentHandle

WIDTH = 16

api = FastAPI(title="ranking")


class Request(BaseModel):
    user: int = Field(ge=0)
    items: list[int] = Field(min_length=1, max_length=1000)


@serve.deployment
class Model:
    def __init__(self) -> None:
        self.seed = 0

    def reconfigure(self, config: dict) -> None:
        """`userConfig` of the deployment: a change of it alone starts no new replica."""
        self.seed = int(config.get("seed", 0))

    def score(self, user: int, items: list[int]) -> list[float]:
        return [round(float(self._vector("user", user) @ self._vector("item", item)), 6) for item in items]

    def _vector(self, kind: str, number: int) -> np.ndarray:
        generator = np.random.default_rng([self.seed, len(kind), ord(kind[0]), number])
        vector = generator.standard_normal(WIDTH)
        return vector / np.linalg.norm(vector)


@serve.deployment
@serve.ingress(api)
class Ranking:
    def __init__(self, model: DeploymentHandle) -> None:
        self.model = model

    @api.post("/rank")
    async def rank(self, request: Request) -> dict:
        scores = await self.model.score.remote(request.user, request.items)
        ranked = sorted(zip(request.items, scores), key=lambda pair: (-pair[1], pair[0]))
        return {"user": request.user, "items": [{"item": item, "score": score} for item, score in ranked]}

    @api.get("/health")
    async def health(self) -> dict:
        return {"status": "ok"}


app = Ranking.bind(Model.bind())
