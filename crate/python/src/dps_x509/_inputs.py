"""Files and settings as the component takes them."""

from __future__ import annotations

import errno
import os
from datetime import date, datetime, time, timedelta, timezone
from typing import BinaryIO, Iterable, Literal, TypeAlias, Union

from ._key import is_bare_key, without_keys
from .errors import InvalidInput
from .wit.inspection import Cloud, Enrollment, File, Purpose, Settings

#: A file: its path, what is in it, or both with its purpose. A text with ``-----BEGIN`` in it is what is in it.
FileInput: TypeAlias = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview, File]
FileInputs: TypeAlias = Union[FileInput, Iterable[FileInput]]
CloudName: TypeAlias = Literal["public", "usgov", "china"]
EnrollmentKind: TypeAlias = Literal["individual", "group"]

#: As many bytes of a file are read; the report says so of a certificate's file much earlier.
MOST = 64 << 20

#: Longest that is quoted. A key of 32 bytes has 43 characters of base64.
LONGEST = 42

CLOUDS = {"public": Cloud.PUBLIC, "usgov": Cloud.US_GOV, "china": Cloud.CHINA}


def file(given: FileInput, purpose: Purpose = Purpose.ANY, parameter: str | None = None) -> File:
    """Reads one. ``parameter`` names the parameter that it was given for."""
    if isinstance(given, File):
        return given
    path = None
    if isinstance(given, str) and "-----BEGIN" in given:
        data = given.encode()
    elif isinstance(given, (str, os.PathLike)):
        path = os.fspath(given)
        if not isinstance(path, str):
            raise TypeError("a path is a str or an os.PathLike of one")
        with opened(path) as stream:
            data = read(stream)
        path = os.fsencode(path).decode("utf-8", "replace")
    elif isinstance(given, (bytes, bytearray, memoryview)):
        data = bytes(given)
    else:
        raise TypeError(f"a file is a path, bytes or dps_x509.File, and not {type(given).__name__}")
    return File(input=parameter, path=path, purpose=purpose, bytes=data)


def opened(path: str) -> BinaryIO:
    """Opens a file. What is said if it is not there does not quote a key that was given in the place of its name."""
    try:
        return open(path, "rb")
    except OSError as error:
        shown = "***" if is_bare_key(path) else without_keys(path)
        if shown == path:
            raise
        raise type(error)(error.errno, error.strerror, shown) from None


def read(stream: BinaryIO) -> bytes:
    """What is in it.

    :raises OSError: There is more than anything that is looked at can have: a device, or a pipe that does not end.
    """
    data = stream.read(MOST + 1)
    if len(data) > MOST:
        raise OSError(errno.EFBIG, f"it has more than {MOST >> 20} MiB")
    return data


def files(given: FileInputs | None, purpose: Purpose, parameter: str | None = None) -> list[File]:
    """Reads one or several."""
    if given is None:
        return []
    if isinstance(given, (str, bytes, bytearray, memoryview, os.PathLike, File)):
        given = [given]
    return [file(one, purpose, parameter) for one in given]


def one_of(parameter: str, given: object, known: Iterable[str | None]) -> None:
    """Refuses a word that is none of those that are known. Every such word is refused here: what is longer than a word is not
    shown, as it may be a key, or what a whole file says, that was given in the wrong place.

    :raises InvalidInput: It is none.
    """
    words = list(known)
    if given in words:
        return
    names = [repr(one) for one in words]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    raise InvalidInput(f"`{parameter}` is {listed}, and not {quoted(given)}.")


def quoted(given: object) -> str:
    """A word as it was given; of anything longer only what it is."""
    if isinstance(given, str):
        return repr(given) if len(given) <= LONGEST else f"a text of {len(given)} characters"
    return repr(given) if given is None or isinstance(given, (bool, int, float)) else type(given).__name__


def settings(
    *,
    registration_id: str | None = None,
    at: datetime | date | None = None,
    expires_within: timedelta | None = None,
    cloud: CloudName | None = "public",
    enrollment: EnrollmentKind | None = None,
    passphrase: str | bytes | None = None,
) -> Settings:
    """Settings; ``at`` is now, unless said otherwise."""
    if registration_id is not None and not isinstance(registration_id, str):
        raise TypeError("`registration_id` is a str")
    one_of("cloud", cloud, [*CLOUDS, None])
    one_of("enrollment", enrollment, ["individual", "group", None])
    return Settings(
        registration_id=registration_id,
        at=seconds(at),
        expires_within=expires_within,
        cloud=None if cloud is None else CLOUDS[cloud],
        enrollment=Enrollment(enrollment or "unknown"),
        passphrase=secret(passphrase),
    )


def seconds(at: datetime | date | None) -> int:
    """Seconds since 1970. A day begins at midnight in UTC; a time says its zone."""
    if at is None:
        at = datetime.now(timezone.utc)
    elif not isinstance(at, datetime):
        at = datetime.combine(at, time(), timezone.utc)
    elif at.tzinfo is None:
        raise InvalidInput("A time needs its zone: datetime(…, tzinfo=timezone.utc).")
    return int(at.timestamp() // 1)


def secret(text: str | bytes | None) -> bytes | None:
    """A passphrase as bytes."""
    return text.encode() if isinstance(text, str) else text
