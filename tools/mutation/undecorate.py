"""Takes the decorator off each table's transform in a copy of the sources: `python -m tools.mutation.undecorate FOLDER`.

mutmut passes over functions with a decorator, and the transforms are what is to be mutated. The decorator is applied at
the end of the file instead, so the module holds the same names.
"""

import ast
import sys
from pathlib import Path


def undecorated(source: str) -> str:
    """The source with `@table_asset(…)` applied by a statement at its end."""
    lines = source.split("\n")
    applied: list[str] = []
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "table_asset":
                    del lines[decorator.lineno - 1 : decorator.end_lineno]
                    applied.append(f"{node.name} = {ast.unparse(decorator)}({node.name})")
    return "\n".join([*lines, *applied, ""]) if applied else source


def main(folder: Path) -> None:
    """Rewrites the files below a folder. Raises SystemExit where none has such a transform: the name has changed then."""
    changed = 0
    for path in sorted(folder.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        new = undecorated(source)
        if new != source:
            path.write_text(new, encoding="utf-8")
            changed += 1
    if not changed:
        raise SystemExit(f"{folder}: no transform is decorated with table_asset.")
    print(f"{changed} transforms stand without their decorator.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
