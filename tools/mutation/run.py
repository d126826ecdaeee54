"""Runs mutmut, less the mutations that change no rule: docs/mutation.md says which and why."""

from collections.abc import Iterator

import libcst as cst
from libcst import matchers as m
from mutmut.__main__ import cli
from mutmut.mutation.file_mutation import NEVER_MUTATE_FUNCTION_NAMES
from mutmut.mutation.mutators import mutation_operators, operator_arg_removal, operator_string

# Text of a contract, made at import, as are tables of characters; what the UI shows beside a table.
NO_TRANSFORMS = {"_from", "__init__", "figures", "distribution", "redact"}

# Their arguments are names and types: without one of them, or with another, there is an error and no frame.
NAMING = m.Call(
    func=m.Attribute(
        attr=m.OneOf(*map(m.Name, ("alias", "cast", "col", "try_cast", "withColumn", "withColumnRenamed")))
    )
)


class _Operators:
    """mutmut's operators of calls and texts; a call is visited before the texts in it."""

    def __init__(self) -> None:
        self._names: list[cst.BaseExpression] = []

    def call(self, node: cst.Call) -> Iterator[cst.Call]:
        """Nothing of a call that names a column or a type; the arguments of any other."""
        if not m.matches(node, NAMING):
            yield from operator_arg_removal(node)
        else:
            self._names += [arg.value for arg in node.args]

    def text(self, node: cst.BaseString) -> Iterator[cst.BaseString]:
        """Other texts, but not for names and not in another case only."""
        if not any(node is name for name in self._names):
            for mutated in operator_string(node):
                if mutated.value.lower() != node.value.lower():
                    yield mutated


if __name__ == "__main__":
    ours = _Operators()
    NEVER_MUTATE_FUNCTION_NAMES.update(NO_TRANSFORMS)
    instead = {operator_arg_removal: ours.call, operator_string: ours.text}
    mutation_operators[:] = [(kind, instead.get(operator, operator)) for kind, operator in mutation_operators]
    cli()
