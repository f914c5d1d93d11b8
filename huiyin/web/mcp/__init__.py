"""The platform for AI agents by the Model Context Protocol: tools that are operations of the JSON API by another name.

`rpc` speaks JSON-RPC, `tools` lists what is offered, `calling` carries a call to its operation. No session is
kept and nothing is streamed: each POST is answered by one JSON document, as the protocol's HTTP transport allows.
"""
