"""Which article answers a question, and how sure that is: arithmetic over phrasings, no tables, no requests.

words: shared characters, pairs and sounds; index: all phrasings in memory; features: what is looked at;
ranker: scores and calibrated confidence; fitting: learning the weights; measures: how good they are.
"""
