import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from transformers import BertModel

from pipeline.adaptation.transplant import mean_vectors, old_pieces, transplant
from pipeline.errors import ConfigError

Teacher = tuple[BertModel, Tokenizer]


@pytest.mark.parametrize(
    ("piece", "counterparts"),
    [
        ("تعاون", ["▁تعاون"]),
        ("الدولة", ["▁ال", "دولة"]),
        ("##الدولة", ["ال", "دولة"]),
        ("##ون", ["ون"]),
        ("ون", ["▁", "ون"]),
        ("[رابط]", ["▁", "رابط"]),
        ("[CLS]", ["<s>"]),
        ("[SEP]", ["</s>"]),
        ("[MASK]", ["<mask>"]),
        ("[PAD]", ["<pad>"]),
        ("☃", ["▁", "<unk>"]),
    ],
)
def test_a_piece_is_found_again_in_the_teachers_vocabulary(
    teacher: Teacher, piece: str, counterparts: list[str]
) -> None:
    old = teacher[1]
    assert [old.id_to_token(number) for number in old_pieces(piece, old)] == counterparts


def test_a_vector_is_the_mean_of_its_pieces(teacher: Teacher, vocabulary: Tokenizer) -> None:
    model, old = teacher
    vectors = model.embeddings.word_embeddings.weight.detach()
    moved = mean_vectors(vocabulary, old, vectors)
    assert moved.shape == (vocabulary.get_vocab_size(), vectors.shape[1])
    ends = [old.token_to_id(piece) for piece in ("▁ال", "دولة")]
    assert torch.allclose(moved[vocabulary.token_to_id("الدولة")], (vectors[ends[0]] + vectors[ends[1]]) / 2)


def test_the_student_has_the_layers_that_were_chosen(teacher: Teacher, vocabulary: Tokenizer) -> None:
    model, old = teacher
    student = transplant(model, old, vocabulary, (0, 2))
    assert student.config.num_hidden_layers == 2
    assert torch.equal(student.bert.encoder.layer[1].output.dense.weight, model.encoder.layer[2].output.dense.weight)
    assert torch.equal(student.bert.embeddings.position_embeddings.weight, model.embeddings.position_embeddings.weight)


def test_masked_words_are_guessed_with_the_word_vectors(teacher: Teacher, vocabulary: Tokenizer) -> None:
    student = transplant(*teacher, vocabulary, (0,))
    assert student.cls.predictions.decoder.weight is student.bert.embeddings.word_embeddings.weight


def test_with_the_teachers_own_pieces_and_layers_the_student_computes_what_the_teacher_does(teacher: Teacher) -> None:
    model, old = teacher
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "تعاون", "وزير"]
    new = Tokenizer(WordPiece({piece: number for number, piece in enumerate(pieces)}, unk_token=pieces[1]))
    student = transplant(model, old, new, (0, 1, 2)).bert
    theirs = model(torch.tensor([old.encode("تعاون وزير").ids])).last_hidden_state
    ours = student(torch.tensor([[2, 5, 6, 3]])).last_hidden_state
    assert torch.allclose(ours, theirs, atol=1e-5)


def test_a_layer_that_is_not_there_is_refused(teacher: Teacher, vocabulary: Tokenizer) -> None:
    with pytest.raises(ConfigError, match="no layer 3"):
        transplant(*teacher, vocabulary, (0, 3))
