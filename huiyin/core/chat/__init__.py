"""The way to a language model, where the operator has one: any server that speaks OpenAI's chat protocol.

`wire` speaks the protocol, `asking` keeps time, retries within a budget and stops asking a model that is down.
What is asked and whether the answer may be believed is the caller's business.
"""
