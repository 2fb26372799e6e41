"""The stages that make paragraphs of articles: chosen at training, stored with the model, read from it ever after."""

from collections.abc import Sequence
from itertools import pairwise

from pydantic import TypeAdapter, ValidationError

from pipeline.decision import Decision
from pipeline.errors import ModelError
from pipeline.records import Article, Paragraph
from pipeline.stages import AnyStage
from pipeline.stages.base import Stage


def prepare_stages(decision: Decision) -> list[Stage]:
    """Read the stages stored with a model that turn articles into paragraphs.

    Raises:
        ModelError: This version of taawun does not know one of them, or they do not fit together.
    """
    try:
        stages: list[Stage] = list(TypeAdapter(tuple[AnyStage, ...]).validate_python(decision.prepare))
        check_prepare(stages)
    except (ValidationError, ValueError) as error:
        message = f"decision.json: prepare: {error}; the model belongs to another version of taawun"
        raise ModelError(message) from error
    return stages


def check_prepare(stages: Sequence[Stage]) -> None:
    """Check that stages lead from articles to paragraphs.

    Raises:
        ValueError: They do not.
    """
    check_joints(stages)
    if not stages or stages[0].consumes is not Article or stages[-1].produces is not Paragraph:
        message = "the stages must lead from articles to paragraphs"
        raise ValueError(message)


def check_joints(stages: Sequence[Stage]) -> None:
    """Check that each stage produces what the next one consumes.

    Raises:
        ValueError: It does not.
    """
    for first, second in pairwise(stages):
        if first.produces is not second.consumes:
            message = (
                f"{second.stage} works on {second.consumes.__name__} records "
                f"but {first.stage} before it makes {first.produces.__name__} records"
            )
            raise ValueError(message)
