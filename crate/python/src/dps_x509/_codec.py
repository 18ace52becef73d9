"""Between dataclasses, values of the component, and JSON. What a value is, is read from the annotations of its class."""

from __future__ import annotations

import types
import typing
from dataclasses import MISSING, fields, is_dataclass
from datetime import timedelta
from enum import Enum
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Callable, TypeVar, cast

from wasmtime.component import Variant

T = TypeVar("T")
Convert = Callable[[Any], Any]

#: A duration in the contract is a count of nanoseconds.
MICROSECOND = timedelta(microseconds=1)


def from_json(kind: type[T], value: object) -> T:
    """A dataclass from the object of a JSON text. Members that it does not have are left aside."""
    return cast(T, _from(cast(Any, kind), _camel)(value))


def from_wit(kind: type[T], value: object) -> T:
    """What a function of the component gave, as ``kind``."""
    return cast(T, _from(cast(Any, kind), _kebab)(value))


def to_wit(value: object) -> object:
    """A value as a function of the component takes it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, timedelta):
        return value // MICROSECOND * 1000
    if isinstance(value, tuple):
        return tuple(map(to_wit, value))
    if isinstance(value, list):
        return list(map(to_wit, value))
    if not is_dataclass(value):
        return value
    if (case := getattr(value, "CASE", None)) is not None:
        # The variants that are arguments have cases of one class, and are told apart by their tag.
        payload = [to_wit(getattr(value, one.name)) for one in fields(value)]
        return Variant(case, *payload)
    hints = _hints(cast(Any, type(value)))
    return SimpleNamespace(
        **{_kebab(one.name): _sequence(hints[one.name], to_wit(getattr(value, one.name))) for one in fields(value)}
    )


def _sequence(hint: Any, value: Any) -> Any:
    """``tuple[X, ...]`` is a list in the component."""
    if isinstance(value, tuple) and typing.get_args(hint)[-1:] == (...,):
        return list(value)
    return value


def _camel(name: str) -> str:
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(part.capitalize() for part in rest)


def _kebab(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


@lru_cache(maxsize=None)
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@lru_cache(maxsize=None)
def _from(kind: Any, naming: Callable[[str], str]) -> Convert:
    """What makes a ``kind`` of a plain value."""
    if is_dataclass(kind):
        return _record(kind, naming)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if kind is timedelta:
        return lambda nanoseconds: timedelta(microseconds=nanoseconds / 1000)
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _union(args, naming)
    if origin is tuple and args[-1:] == (...,):
        item = _from(args[0], naming)
        return lambda values: tuple(map(item, values))
    if origin is tuple:
        items = [_from(one, naming) for one in args]
        return lambda values: tuple(item(value) for item, value in zip(items, values))
    return lambda value: value


def _record(kind: Any, naming: Callable[[str], str]) -> Convert:
    # What is JSON of others stays as it is; its recursive type is not for looking into.
    others = {name for name, text in kind.__annotations__.items() if "Json" in text}
    hints = {} if len(others) == len(fields(kind)) else _hints(kind)
    parts = [
        (one.name, naming(one.name), _same if one.name in others else _from(hints[one.name], naming))
        for one in fields(kind)
    ]
    if naming is _camel:
        # A place of which nothing is known is left out.
        bare = {
            one.name: hints[one.name]
            for one in fields(kind)
            if one.default is MISSING and is_dataclass(hints.get(one.name)) and not _needs(hints[one.name])
        }
        return lambda value: kind(
            **{name: make() for name, make in bare.items()}
            | {name: make(value[key]) for name, key, make in parts if key in value}
        )
    return lambda value: kind(**{name: make(getattr(value, key)) for name, key, make in parts})


def _needs(kind: Any) -> bool:
    return any(one.default is MISSING for one in fields(kind))


def _same(value: Any) -> Any:
    return value


def _union(args: tuple[Any, ...], naming: Callable[[str], str]) -> Convert:
    members = [one for one in args if one is not types.NoneType]
    if all(hasattr(one, "CASE") for one in members):
        make = _variant(members, naming)
        # Of an option nothing is none; of a variant it is the case without a payload.
        return (lambda value: None if value is None else make(value)) if len(members) < len(args) else make
    if len(members) > 1 and all(map(is_dataclass, members)):
        # A result of two records: what it is, is its tag.
        good, bad = (_from(one, naming) for one in members)
        return lambda value: (good if value.tag == "ok" else bad)(value.payload)
    inner = _from(members[0], naming) if len(members) == 1 else _same
    return lambda value: None if value is None else inner(value)


def _variant(members: list[Any], naming: Callable[[str], str]) -> Convert:
    """The component's library tells the cases by a tag, unless their values are of different classes."""
    cases: dict[str, Convert] = {}
    plain: list[tuple[type, Convert]] = []
    for member in members:
        payload = _hints(member).get("value")
        if payload is None:
            cases[member.CASE] = _bare(member)
            plain.append((types.NoneType, cases[member.CASE]))
        else:
            cases[member.CASE] = _with(member, _from(payload, naming))
            plain.append((_class(payload), cases[member.CASE]))

    def convert(value: Any) -> Any:
        if isinstance(value, Variant):
            return cases[value.tag](value.payload)
        return next(make(value) for kind, make in plain if isinstance(value, kind))

    return convert


def _bare(member: Any) -> Convert:
    return lambda _: member()


def _with(member: Any, make: Convert) -> Convert:
    return lambda value: member(value=make(value))


def _class(hint: Any) -> type:
    """Of what class the component's library makes a value."""
    if hint in (str, int, bool, bytes, float):
        return cast(type, hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return str
    if hint is timedelta:
        return int
    if typing.get_origin(hint) is tuple:
        return list if typing.get_args(hint)[-1] is ... else tuple
    return object
