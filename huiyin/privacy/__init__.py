"""Privacy: what people may know, choose and demand about their own data, and what the company answers for.

Consent by purpose and version, export, deletion with its certificate, retention, the register of requests and
of recipients. Each app tells through `core.persons` what it holds; this one carries the rights out.
"""
