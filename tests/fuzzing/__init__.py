"""A fuzzer: valid landed files, files of the lake and reference data, changed at random, through their readers."""
