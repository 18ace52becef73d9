"""The words of the commands in a script for Windows, as JSON: those of PowerShell by the grammar that editors have for
it, those of a batch file by the rules of cmd and of the C runtime."""

import json
import re
import sys

import mslex
import tree_sitter_powershell as grammar
from tree_sitter import Language, Parser


def powershell(source):
    root = Parser(Language(grammar.language())).parse(source).root_node
    assert not root.has_error, root
    return [word for command in inside(root, "command") for word in words(command)]


def words(command):
    """Each argument is one literal or one variable, and nothing else stands in between."""
    for part in command.children:
        for argument in [part] if part.type != "command_elements" else part.children:
            if argument.type in ("command_invokation_operator", "command_argument_sep"):
                continue
            leaves = [*inside(argument, "string_literal"), *inside(argument, "variable")]
            assert len(leaves) == 1 and leaves[0].text == argument.text, argument.text
            yield value(leaves[0])


def value(leaf):
    """A verbatim string, in which only quotes are special: two are one (about_Quoting_Rules)."""
    text = leaf.text.decode()
    if leaf.type == "variable":
        return text
    assert text[0] == text[-1] == "'", text
    quote = "['\u2018\u2019\u201a\u201b]"
    assert re.fullmatch(f"(?:[^'\u2018-\u201b]|{quote}{quote})*", text[1:-1]), text
    return re.sub(f"({quote}){quote}", r"\1", text[1:-1])


def inside(node, kind):
    if node.type == kind:
        return [node]
    return [found for child in node.children for found in inside(child, kind)]


def assignments(source):
    root = Parser(Language(grammar.language())).parse(source).root_node
    assert not root.has_error, root
    for assignment in inside(root, "assignment_expression"):
        [name], [literal] = inside(assignment, "variable"), inside(assignment, "string_literal")
        yield f"{name.text.decode().removeprefix('$env:')}={value(literal)}"


def batch(source):
    found = []
    for line in source.decode().replace("^\r\n", "").split("\r\n"):
        if not line or re.match("@|rem |setlocal |chcp ", line):
            continue
        assert "%" not in line.replace("%%", ""), line
        line = line.replace("%%", "%")
        if assignment := re.fullmatch('set "(.*)"', line):
            found.append(assignment[1])
            continue
        command, end = line.split(" <NUL ")
        assert end == "|| exit /b 1", end
        # `!` and `%` are not special: delayed expansion is off, and there is no variable left.
        found += mslex.split(command, check=False)
    return found


path = sys.argv[1]
source = open(path, "rb").read()
if path.endswith(".cmd"):
    print(json.dumps(batch(source)))
else:
    print(json.dumps([*assignments(source), *powershell(source)] if b"$env:" in source else powershell(source)))
