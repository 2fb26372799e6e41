"""BERT without padding: its arithmetic over the tokens of a batch laid end to end.

Linear layers, normalizations and activations do not care which window a token is of, so they see the batch as one
long row of tokens. Attention does: it sees windows of the same length together. And since only the first token of a
window, [CLS], is classified, the last layer is computed for it alone. Nothing but the order of sums differs from
transformers' `BertForSequenceClassification`, which the tests compare with.

With matrices in bfloat16, what is passed on from layer to layer is still summed and normalized in float32: it costs
next to nothing and leaves a third of the error.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate, chain
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import embedding, layer_norm, linear, scaled_dot_product_attention

from pipeline.inference.bands import Band, equal_bands, padded_band
from pipeline.inference.bert_files import BertShape, Tensors
from pipeline.inference.linear_layers import LinearLayer, lay_out
from pipeline.records import Window


class _Affine(NamedTuple):
    """Weight and bias of a normalization, or of a linear layer of float32."""

    weight: Tensor
    bias: Tensor


class _Layer(NamedTuple):
    """The weights of one layer; queries, keys and values are one matrix."""

    attention: LinearLayer
    attended: LinearLayer
    attended_norm: _Affine
    inner: LinearLayer
    outer: LinearLayer
    outer_norm: _Affine

    @classmethod
    def take(cls, name: str, matrix: Callable[..., LinearLayer], norm: Callable[..., _Affine]) -> "_Layer":
        """Take the weights of the layer of a name, by what takes linear layers and what takes normalizations."""
        return cls(
            attention=matrix(*(f"{name}.attention.self.{part}" for part in ("query", "key", "value"))),
            attended=matrix(f"{name}.attention.output.dense"),
            attended_norm=norm(f"{name}.attention.output.LayerNorm"),
            inner=matrix(f"{name}.intermediate.dense"),
            outer=matrix(f"{name}.output.dense"),
            outer_norm=norm(f"{name}.output.LayerNorm"),
        )


class PackedBert:
    """A BERT sequence classifier with absolute positions and GELU, for inference alone.

    Attributes:
        labels: Ids of the labels in the order of its outputs.
        positions: Tokens that a window may have.
        device: Where it runs.
        dtype: Type of its matrices.
        is_padded: Whether attention pads the windows of a batch to the longest: only on a GPU, which sees them at once.
    """

    def __init__(self, shape: BertShape, tensors: Tensors, device: torch.device, dtype: torch.dtype) -> None:
        """Lay out the weights.

        Args:
            shape: What the network looks like.
            tensors: Its weights, as `shape.expected` names them.
            device: Where it runs.
            dtype: Type that its matrices are kept in.
        """
        self.labels, self.positions = shape.labels, shape.max_position_embeddings
        self.device, self.dtype, self.is_padded = device, dtype, device.type != "cpu"
        self._heads, self._epsilon = shape.num_attention_heads, shape.layer_norm_eps

        def take(*names: str, kind: torch.dtype = torch.float32) -> _Affine:
            parts = (torch.cat([tensors[f"{name}.{part}"] for name in names]) for part in _Affine._fields)
            return _Affine(*(part.to(device=device, dtype=kind) for part in parts))

        self._words, self._positions, token_types = (
            tensors[f"bert.embeddings.{kind}_embeddings.weight"].to(device)
            for kind in ("word", "position", "token_type")
        )
        self._first_type = token_types[0]
        self._norm = take("bert.embeddings.LayerNorm")

        def matrix(*names: str) -> LinearLayer:
            return lay_out(*take(*names, kind=dtype))

        self._layers = [
            _Layer.take(f"bert.encoder.layer.{number}", matrix, take) for number in range(shape.num_hidden_layers)
        ]
        self._pooler, self._classifier = take("bert.pooler.dense"), take("classifier")

    @torch.inference_mode()
    def logits(self, windows: Sequence[Window]) -> NDArray[np.float32]:
        """Score the windows of one batch; those of equal length best stand together.

        Returns:
            Shape (windows, labels).
        """
        lengths = [len(window) for window in windows]
        ids = torch.from_numpy(np.fromiter(chain.from_iterable(windows), np.int64, sum(lengths))).to(self.device)
        places = torch.cat([torch.arange(length) for length in lengths]).to(self.device)
        states = embedding(ids, self._words).float() + self._first_type + embedding(places, self._positions)
        states = self._normalize(states, self._norm)
        bands = [padded_band(lengths, self.device)] if self.is_padded else equal_bands(lengths)
        for layer in self._layers[:-1]:
            states = self._apply(layer, states, bands)
        firsts = torch.tensor([0, *accumulate(lengths)][:-1], device=self.device)
        states = self._apply(self._layers[-1], states, bands, firsts)
        scores = linear(torch.tanh(linear(states, *self._pooler)), *self._classifier)
        return np.asarray(scores.cpu().numpy())

    def _apply(self, layer: _Layer, states: Tensor, bands: Sequence[Band], firsts: Tensor | None = None) -> Tensor:
        """Put the states of all tokens through a layer; with the rows of the first tokens, only for these."""
        projected = layer.attention(states.to(self.dtype))
        attended = torch.cat([self._attend(projected, band, is_last=firsts is not None) for band in bands])
        if firsts is not None:
            states = states[firsts]
        states = self._normalize(layer.attended(attended) + states, layer.attended_norm)
        fed = layer.outer(layer.inner(states.to(self.dtype), with_gelu=True))
        return self._normalize(fed + states, layer.outer_norm)

    def _attend(self, projected: Tensor, band: Band, *, is_last: bool) -> Tensor:
        """Let the tokens of a band's windows attend to each other; in the last layer, only the first ones to all.

        Args:
            projected: Queries, keys and values of all tokens of the batch, shape (tokens, 3 · hidden).
            band: The windows.
            is_last: Whether only the first token of each window is needed.

        Returns:
            Shape (tokens of the band, hidden), or (windows of the band, hidden).
        """
        rows = projected[band.rows]
        if band.places is not None:
            rows = rows.new_zeros(band.windows * band.longest, rows.shape[1]).index_copy_(0, band.places, rows)
        parts = rows.view(band.windows, band.longest, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
        query, key, value = parts.unbind()
        if is_last:
            query = query[:, :, :1]
        context = scaled_dot_product_attention(query, key, value, attn_mask=band.mask).transpose(1, 2)
        context = context.reshape(-1, rows.shape[1] // 3)
        return context if band.places is None or is_last else context[band.places]

    def _normalize(self, states: Tensor, norm: _Affine) -> Tensor:
        return layer_norm(states, norm.weight.shape, norm.weight, norm.bias, self._epsilon)
