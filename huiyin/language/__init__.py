"""Understanding of text, offline: which language, what about, how urgent, how felt, seen before or not.

Owns: normalisation, segmentation, embeddings, classifiers and their packs, the process that holds them
(owner and client), labelled examples and model versions.
Does not own: any noun of the service. Callers hand in text and get verdicts with confidence and evidence.
Tells: language.example_learned, language.model_changed. Hears: its own.

Web processes import only `services`, which costs neither numpy nor scikit-learn: the vectors and classifiers
live in one owner process behind a unix socket, and whatever takes too long is answered by the rules.
"""
