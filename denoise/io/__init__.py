"""Files, parameters and the terminal: nothing that a result could hang on.

In: command lines, params.yaml, datasets.yaml, studies/params.yaml and DVC's files. Out: typed
values within their ranges, files that appear whole or not at all, and errors of one sentence.

Every stage starts with it. No stage has it in its deps, so that an edit here reruns none.
"""
