"""Each rule of the data on an example worked out by hand: the plain model and the transforms have to agree with it alike.

An example states what rows become what rows (`rules`), what a text becomes (`texts`) or what a file holds (`files`); each
runs once as `[model]` and once as `[engine]`. What only the model has is tested in `test_model_*.py`.
"""
