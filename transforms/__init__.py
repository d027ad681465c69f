"""The verbs of the pipeline, in the order the data flows: collect, dedupe, extract, tag, write.

Each holds pure functions and one public PTransform. A verb never imports another; what several need lies in the
modules that begin with an underscore: ``_http`` (the only network code), ``_text``, ``_urls`` and ``_warehouse``.
"""
