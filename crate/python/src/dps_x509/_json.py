"""JSON of others, as it is: what a custom allocation function gave, a device's twin."""

from __future__ import annotations

from typing import Dict, List, TypeAlias, Union

#: A JSON value.
Json: TypeAlias = Union[Dict[str, "Json"], List["Json"], str, int, float, bool, None]
