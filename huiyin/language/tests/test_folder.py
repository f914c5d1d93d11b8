"""The encoder that an operator brings: a tiny ONNX model made here, run for real, refused when it is not whole."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from django.core.management import CommandError, call_command
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from huiyin.language import encoders
from huiyin.language.encoders.folder import FolderEncoder
from huiyin.language.encoders.manifest import Broken, opened
from huiyin.language.engine import Engine
from huiyin.language.tests.factories import HashEncoder

WORDS = {"[PAD]": 0, "[UNK]": 1, "refund": 2, "money": 3, "crash": 4, "ask": 5}
# One row a word: what is meant by the whole is plain arithmetic.
ROWS = np.array([[9, 9, 9], [0, 0, 1], [1, 0, 0], [1, 1, 0], [0, 0, 2], [0, 3, 0]], dtype=np.float32)
NOTHING: dict[str, object] = {}


def model(*, pooled: bool = False, wants: tuple[str, ...] = ()) -> bytes:
    """A table of rows by token; `pooled` gives their largest numbers instead, as one row a text."""
    batch = ["texts", "tokens"]
    inputs = ["input_ids", "attention_mask", *wants]
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["hidden"])]
    output = helper.make_tensor_value_info("hidden", TensorProto.FLOAT, [*batch, 3])
    if pooled:
        nodes.append(helper.make_node("ReduceMax", ["hidden", "axis"], ["row"], keepdims=0))
        output = helper.make_tensor_value_info("row", TensorProto.FLOAT, ["texts", 3])
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, batch) for name in inputs],
        [output],
        [numpy_helper.from_array(ROWS, "table"), numpy_helper.from_array(np.array([1]), "axis")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(made)
    return made.SerializeToString()


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """A whole folder; what is handed in by file name replaces a file, None leaves it out."""

    def made(manifest: dict[str, object] = NOTHING, *, network: bytes = b"", **files: str | None) -> Path:
        folder = tmp_path / "tiny"
        folder.mkdir(exist_ok=True)
        tokenizer = Tokenizer(WordLevel(WORDS, unk_token="[UNK]"))
        tokenizer.pre_tokenizer = Whitespace()
        tokenizer.save(str(folder / "tokenizer.json"))
        (folder / "model.onnx").write_bytes(network or model())
        if manifest is not NOTHING:
            (folder / "encoder.json").write_text(json.dumps(manifest))
        for name, content in files.items():
            path = folder / name.replace("__", "/").replace("_json", ".json").replace("_onnx", ".onnx")
            path.parent.mkdir(exist_ok=True)
            path.unlink(missing_ok=True) if content is None else path.write_text(content)
        return folder

    return made


def unit(*numbers: float) -> list[float]:
    return list(np.array(numbers) / np.linalg.norm(numbers))


@pytest.mark.parametrize(
    ("pooling", "row"),
    [("mean", unit(1, 0.5, 0)), ("cls", unit(1, 0, 0)), ("last", unit(1, 1, 0))],
)
def test_encodes_when_texts_differ_in_length_then_padding_counts_for_nothing(make, pooling, row) -> None:
    encoder = FolderEncoder(opened(make({"pooling": pooling})))
    rows = encoder.encode(["refund money", "crash crash crash crash"])
    assert np.allclose(rows, [row, [0, 0, 1]], atol=1e-6)
    assert (encoder.dim, encoder.encode([]).shape, rows.dtype) == (3, (0, 3), np.float32)


def test_encodes_when_the_model_pools_itself_then_its_rows_are_taken(make) -> None:
    encoder = FolderEncoder(opened(make({"pooling": "none"}, network=model(pooled=True))))
    assert np.allclose(encoder.encode(["refund crash"]), [unit(1, 0, 2)], atol=1e-6)


def test_encodes_when_asked_then_prefix_and_limits_of_the_manifest(make) -> None:
    told = {"pooling": "mean", "query_prefix": "ask ", "max_tokens": 2, "max_chars": 6}
    encoder = FolderEncoder(opened(make(told)))
    asked, kept = encoder.encode(["refund money"], "query"), encoder.encode(["refund money"])
    assert np.allclose([asked[0], kept[0]], [unit(1, 3, 0), unit(1, 0, 0)], atol=1e-6)
    assert np.allclose(encoder.encode(["refund\u200b"]), [unit(1, 0, 0)], atol=1e-6)


def test_opens_when_written_by_sentence_transformers_then_its_own_words_are_read(make) -> None:
    folder = make(
        **{
            "1_Pooling__config_json": '{"pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true}',
            "config_sentence_transformers_json": '{"prompts": {"query": "ask: ", "document": ""}}',
            "sentence_bert_config_json": '{"max_seq_length": 64}',
            "modules_json": '[{"type": "sentence_transformers.models.Pooling"}]',
        }
    )
    told = opened(folder).manifest
    assert (told.pooling, told.query_prefix, told.passage_prefix, told.max_tokens) == (
        "mean",
        "ask: ",
        "",
        64,
    )


def test_id_when_any_byte_or_rule_changes_then_another(make) -> None:
    first = FolderEncoder(opened(make({"pooling": "mean"}))).id
    again = FolderEncoder(opened(make({"pooling": "mean"}))).id
    other_rule = FolderEncoder(opened(make({"pooling": "cls"}))).id
    grown = make({"pooling": "mean"})
    (grown / "model.onnx_data").write_bytes(b"weights")
    assert first == again
    assert len({first, other_rule, f"folder/tiny/{opened(grown).fingerprint()}"}) == 3


@pytest.mark.parametrize(
    ("manifest", "files", "said"),
    [
        (NOTHING, {}, "write encoder.json"),
        ({"pooling": "mean"}, {"model_onnx": None}, "has no model.onnx"),
        ({"pooling": "mean"}, {"tokenizer_json": None}, "has no tokenizer.json"),
        ({"pooling": "sum"}, {}, "encoder.json"),
        ({"pooling": "mean", "prefix": "x"}, {}, "unknown field `prefix`"),
        ({"pooling": "mean", "max_tokens": 0}, {}, "above zero"),
        (NOTHING, {"encoder_json": "{"}, "encoder.json"),
        (NOTHING, {"1_Pooling__config_json": "{}"}, "must choose one of"),
        (
            NOTHING,
            {
                "1_Pooling__config_json": '{"pooling_mode_cls_token": true}',
                "modules_json": '[{"type": "sentence_transformers.models.Dense"}]',
            },
            "asks for Dense",
        ),
        ({"pooling": "mean"}, {"tokenizer_json": "[]"}, "is no tokenizer"),
        ({"pooling": "mean"}, {"model_onnx": "no model"}, "is no model that runs here"),
        ({"pooling": "none"}, {}, "gives nothing that pooling 'none' can read"),
    ],
)
def test_opens_when_something_is_missing_then_told_what_and_where(make, manifest, files, said) -> None:
    folder = make(manifest, **files)
    with pytest.raises(Broken, match=said) as broken:
        FolderEncoder(opened(folder))
    assert str(folder) in str(broken.value)


def test_opens_when_the_model_wants_pictures_too_then_refused(make) -> None:
    folder = make({"pooling": "mean"}, network=model(wants=("pixel_values",)))
    with pytest.raises(Broken, match="wants pixel_values"):
        FolderEncoder(opened(folder))


def test_names_when_operator_chose_a_folder_then_read_beside_the_others(make, settings) -> None:
    assert (encoders.named("folder"), encoders.identity("folder")) == (None, "")
    settings.ENV = replace(settings.ENV, embed_folder=str(make({"pooling": "mean"})))
    found = encoders.named("folder")
    assert found is not None
    assert found.id == encoders.identity("folder")
    assert (encoders.of_id(found.id), encoders.of_id("folder/tiny/gone")) == (found, None)
    assert encoders.best().id.endswith(f"+{found.id}")
    told = Engine(HashEncoder()).embed(["refund"], "query", engine="folder")
    assert (told.model, told.dim) == (found.id, 3)


def test_names_when_the_folder_is_broken_then_engine_goes_without_and_commands_say_why(
    tmp_path, settings, capsys
) -> None:
    settings.ENV = replace(settings.ENV, embed_folder=str(tmp_path))
    assert (Engine(HashEncoder()).embedder("folder"), encoders.identity("folder")) == (None, "")
    with pytest.raises(CommandError, match=r"has no model\.onnx"):
        call_command("language", "encoders")
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["name"] for each in listed] == ["builtin", "quality"]
    assert all(each["same_meaning"] > each["another"] for each in listed)
