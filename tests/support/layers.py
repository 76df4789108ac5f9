"""What a module imports, and whether the imports of a package go one way."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

type Layers = Sequence[Sequence[str]]
"""The modules and subpackages of a package, from those that import nothing to those that nothing imports."""


def imports(path: Path, root: Path) -> set[str]:
    """Return the full names of the modules that a file imports; ``root`` is the folder of its outermost package."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, f"{path.name}: imports are absolute"
            folder = root.joinpath(*node.module.split("."))
            names = {alias.name for alias in node.names}
            modules = {name for name in names if (folder / name).is_dir() or (folder / f"{name}.py").is_file()}
            found |= {f"{node.module}.{name}" for name in modules} | ({node.module} if names - modules else set())
    return found


def against_layers(package: Path, root: Path, layers: Layers) -> Iterator[str]:
    """
    Name each module that is not in exactly one layer, and each import that is not from an earlier layer.

    The ``__init__`` of a package needs a layer only if it imports something.
    """
    prefix = ".".join(package.relative_to(root).parts)
    depth = {module: number for number, layer in enumerate(layers) for module in layer}
    paths = {path: path.relative_to(package).parts[0].removesuffix(".py") for path in sorted(package.rglob("*.py"))}
    if not imports(package / "__init__.py", root):
        del paths[package / "__init__.py"]
    if sorted(module for layer in layers for module in layer) != sorted(modules := set(paths.values())):
        yield f"the layers do not name each of {sorted(modules)} once"
        return
    for path, module in paths.items():
        for name in sorted(imports(path, root)):
            if name == prefix or name.startswith(f"{prefix}."):
                imported = name.removeprefix(prefix).strip(".").split(".")[0] or "__init__"
                if imported != module and depth.get(imported, len(layers)) >= depth[module]:
                    yield f"{path.relative_to(package)} imports {name}"
