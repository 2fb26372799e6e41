"""The engine under the transformer classifier: from windows of token ids to logits, fast and within the machine.

A network is read from the model folder, with as much of the machine as this process may use, and is given its windows
in batches. What windows mean and what is made of logits is not known here.
"""

from pipeline.inference.batches import length_batches
from pipeline.inference.devices import choose_device, choose_precision, is_bfloat16_faster, use_threads
from pipeline.inference.memory import WithinMemory
from pipeline.inference.networks import Network, open_network, settle_precision
from pipeline.inference.processors import allowed_processors

__all__ = [
    "Network",
    "WithinMemory",
    "allowed_processors",
    "choose_device",
    "choose_precision",
    "is_bfloat16_faster",
    "length_batches",
    "open_network",
    "settle_precision",
    "use_threads",
]
