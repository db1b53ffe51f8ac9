"""A formula in words: ``coefficient * social_allowance.base_level`` -> ``hệ số × «Mức chuẩn trợ giúp xã hội»``."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

from rules.wording.phrases import Phrases

_SIGNS: Final[dict[type[ast.operator], str]] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_LOOSE: Final = (ast.Add, ast.Sub)
Name = Callable[[str], str]


def formula_in_words(text: str, phrases: Phrases, name: Name) -> str:
    """Return *text* in words; *name* gives what a fact, value or parameter is called."""
    return _Writer(phrases, name).write(ast.parse(text, mode="eval").body)


class _Writer:
    def __init__(self, phrases: Phrases, name: Name) -> None:
        self._phrases, self._name = phrases, name

    def write(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=value):
                return self._phrases.value(value if isinstance(value, int | str) else str(value))
            case ast.Name(id=word):
                return self._name(word)
            case ast.Attribute():
                return self._name(ast.unparse(node))
            case ast.UnaryOp(operand=operand):
                return self._phrases("formula", "minus", a=self.write(operand))
            case ast.BinOp(left=left, op=op, right=right):
                return self._phrases(
                    "formula", _SIGNS[type(op)], a=self._inside(left, op), b=self._inside(right, op, right=True)
                )
            case ast.Call(func=ast.Name(id=function), args=args):
                return self._call(function, [self.write(arg) for arg in args])
            case _:
                return ast.unparse(node)

    def _inside(self, node: ast.expr, op: ast.operator, *, right: bool = False) -> str:
        """Return a part, in brackets where it binds more loosely than *op*."""
        text = self.write(node)
        loose = isinstance(node, ast.BinOp) and isinstance(node.op, _LOOSE)
        needs = loose and (not isinstance(op, _LOOSE) or (right and isinstance(op, ast.Sub)))
        return f"({text})" if needs else text

    def _call(self, function: str, args: list[str]) -> str:
        a, b = (*args, "", "")[:2]
        return self._phrases("formula", function, a=a, b=b, args="; ".join(args))
