"""A linear classifier, loaded: logits of bags of n-grams. Neither torch nor transformers is needed."""

from collections import Counter
from collections.abc import Sequence

from pipeline.decision import Decision, FloatArray
from pipeline.errors import ConfigError
from pipeline.kinds import Classifier, Precision
from pipeline.linear.ngrams import read_ngrams
from pipeline.linear.tokenizer import BagTokenizer
from pipeline.linear.weights import LinearWeights, load_weights
from pipeline.model_folder import find_model, model_version, read_decision
from pipeline.records import Window


class LinearClassifier(Classifier):
    """Logistic regression over TF-IDF; runs on one processor thread, in float32."""

    def __init__(self, weights: LinearWeights, tokenizer: BagTokenizer, decision: Decision, version: str) -> None:
        """Put parts together; `load` is the usual way."""
        super().__init__(tokenizer, decision, version, device="cpu", precision="float32")
        self._weights = weights

    @classmethod
    def load(cls, name: str, *, device: str = "auto", precision: Precision = "auto") -> "LinearClassifier":
        """Load a classifier from its folder or hub id.

        Args:
            name: Folder or hub id.
            device: `cpu`, or `auto`, which is the same.
            precision: `float32`, or `auto`, which is the same.

        Raises:
            ConfigError: Another device or precision is asked for.
            ModelError: The folder is missing or damaged, or its files do not fit each other.
        """
        if device not in {"auto", "cpu"} or precision not in {"auto", "float32"}:
            message = (
                f"{name}: a linear model runs on the processor in float32, not on {device} in {precision}; take auto"
            )
            raise ConfigError(message)
        folder = find_model(name)
        decision = read_decision(folder)
        ngrams = read_ngrams(folder)
        shape = (len(ngrams.words.ngrams), len(ngrams.characters.ngrams))
        weights = load_weights(folder, decision.taxonomy.ids, shape)
        return cls(weights, BagTokenizer(ngrams, decision), decision, model_version(folder))

    def score(self, windows: Sequence[Window], batch_tokens: int, counts: Counter[str]) -> FloatArray:  # noqa: ARG002
        """Score windows one by one, whatever a batch may hold; see `Classifier.score`."""
        return self._weights.logits(windows)
