"""The settings of what labels: this process, or workers on one machine or many."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class ShardSettings(BaseModel):
    """How inputs are shared out among workers: a shard is labelled by one worker and becomes one part of the results.

    An input is never cut: one that is larger than a shard is a shard by itself.

    Attributes:
        inputs: A shard ends with so many inputs,
        bytes: or with the input in which it reaches so many bytes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    inputs: int = Field(1024, ge=1)
    bytes: int = Field(64 * 2**20, ge=1)


class EngineSettings(BaseModel):
    """Who labels.

    Attributes:
        name: `process`, this process; `ray`, workers that Ray runs, which needs the extra `ray`.
        address: Of a running Ray cluster; without it, Ray is started on this machine for the time of the run.
        workers: Number of workers; as many as there are processors (or GPUs) for where not given.
        cpus: Processors of a worker, and its threads where `classify.threads` is not given.
        gpus: GPUs of a worker; a fraction lets workers share one.
        shards: How inputs are shared out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Literal["process", "ray"] = "process"
    address: str | None = None
    workers: int | None = Field(None, ge=1)
    cpus: int = Field(1, ge=1)
    gpus: float = Field(0, ge=0)
    shards: ShardSettings = ShardSettings()

    @model_validator(mode="after")
    def _check_is_heeded(self) -> Self:
        """Refuse settings that would change nothing."""
        usual = EngineSettings.model_construct()
        names = ("address", "workers", "cpus", "gpus", "shards")
        changed = [name for name in names if getattr(self, name) != getattr(usual, name)]
        if self.name == "process" and changed:
            message = f"{', '.join(changed)}: for --engine ray only; give it, or leave these out"
            raise ValueError(message)
        return self
