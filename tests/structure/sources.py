# The C++ files of the repository and what stands in them, for the checks in this folder.
# Not here: the rules that are checked; each has a script of its own.
"""Reading of C++ sources: files by folder, includes, code without comments and literals."""

import pathlib
import re

LIBRARY = ("autodiff", "nn", "optim", "io", "data", "train")
PROGRAMS = ("tests", "examples", "bench")

# A character literal must not start inside a number such as 1'000'000.
_TOKEN = re.compile(
    r"""//(?:\\\n|[^\n])*|/\*.*?\*/|R"(?P<tag>[^()\\\s]*)\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])+'""",
    re.DOTALL,
)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?P<form><[^>\n]+>|"[^"\n]+")', re.MULTILINE)


def files(root, folders, suffixes=(".hpp", ".cpp")):
    """All files below the folders that exist, sorted, as paths relative to the root."""
    found = []
    for folder in folders:
        for path in (root / folder).rglob("*"):
            if path.suffix in suffixes and path.is_file():
                found.append(path.relative_to(root))
    return sorted(found)


def library_files(root, suffixes=(".hpp", ".cpp")):
    """The library's files, and xgrad.hpp, which is the one real file below include/."""
    umbrella = pathlib.Path("include/xgrad/xgrad.hpp")
    return files(root, LIBRARY, suffixes) + ([umbrella] if (root / umbrella).is_file() else [])


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """The text with comments blanked out; every other character keeps its line and column."""
    return _TOKEN.sub(lambda m: _blank(m[0]) if m[0].startswith(("//", "/*")) else m[0], text)


def code_only(text):
    """The text with comments, strings and character literals blanked out, lines and columns kept."""
    return _TOKEN.sub(lambda m: _blank(m[0]), text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def includes(root, path):
    """(line, form) for each include of a file; the form keeps its brackets or quotes."""
    text = without_comments((root / path).read_text(encoding="utf-8"))
    return [(line_of(text, m.start("form")), m["form"]) for m in _INCLUDE.finditer(text)]


def resolve(root, path, form):
    """The file of the repository that an include names, relative to the root, or None for any other header.

    <xgrad/nn/linear.hpp> is nn/linear.hpp; a name in quotes is looked up beside the including file, then from the root.
    """
    name = form[1:-1]
    if form[0] == '"':
        for base in (path.parent, pathlib.Path(), pathlib.Path("tests")):
            if (root / base / name).is_file():
                return pathlib.Path(*_normal(base / name))
        return None
    if name == "xgrad/xgrad.hpp":
        return pathlib.Path("include/xgrad/xgrad.hpp")
    if name.startswith("xgrad/"):
        return pathlib.Path(name[len("xgrad/"):])
    return None


def _normal(path):
    parts = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return parts
