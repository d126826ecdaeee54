"""The model's own tests: each rule of the data contract on an example worked out by hand."""
