"""Provisioning over ``ssl``, in the calling thread."""

from __future__ import annotations

import ssl
from datetime import timedelta
from typing import Literal

from . import _work
from ._conversation import Answer, Conversation, Dial, Receive, Send, Stop, converse
from ._inputs import CloudName, EnrollmentKind, FileInput, FileInputs
from ._json import Json
from ._line import Line
from ._work import Assignment, OnEvent, Passphrase
from .cancellation import Cancellation
from .report.provision import ProvisionReport

__all__ = ["provision"]


def provision(
    id_scope: str,
    cert: FileInputs | None = None,
    key: FileInput | None = None,
    *,
    registration_id: str | None = None,
    passphrase: Passphrase = None,
    trust: FileInputs | None = None,
    cloud: CloudName | None = "public",
    ssl_context: ssl.SSLContext | None = None,
    endpoint: str | None = None,
    transport: Literal["mqtt", "websocket"] = "mqtt",
    api_version: str | None = None,
    client_version: str | None = None,
    payload: Json = None,
    csr: FileInput | None = None,
    check_hub: bool = False,
    allow_hub: str | tuple[str, ...] | list[str] = (),
    timeout: timedelta | float | None = None,
    keep_alive: timedelta | float | None = None,
    qos: Literal[0, 1] = 1,
    proxy: str | bool | None = None,
    connect_to: str | None = None,
    enrollment: EnrollmentKind | None = None,
    cancellation: Cancellation | None = None,
    on_event: OnEvent | None = None,
) -> Assignment:
    """Registers a device at DPS, and gives its hub.

    The certificates are judged before anything is dialled. The private key goes to ``ssl`` and nowhere else; a path is opened by
    OpenSSL itself. The server's certificate is always verified, against the roots of ``cloud`` and those of ``trust``.

    :param id_scope: Of the DPS instance.
    :param cert: The device's certificate with its intermediates: PEM, DER, PKCS#7 or text, one file or several.
    :param key: The private key: a path, or what is in it, in PEM or DER. Not needed where it stands in ``cert``.
    :param registration_id: The CN of the certificate, unless said otherwise.
    :param passphrase: Of the key, or a function that gives it.
    :param trust: Roots to trust besides the cloud's, such as the emulator's.
    :param cloud: ``"public"``, ``"usgov"``, ``"china"``, or ``None`` for ``endpoint`` and ``trust`` alone.
    :param ssl_context: One of your own in the place of ``key`` and ``trust``, for instance with a key in hardware. ``cert`` may
        be given all the same, to be judged.
    :param endpoint: ``HOST[:PORT]`` in the place of the cloud's.
    :param payload: JSON for a custom allocation function.
    :param csr: A PKCS#10 request for a certificate that DPS is to issue (preview).
    :param check_hub: Asks the assigned hub for the twin, too. It disconnects a running device of that name.
    :param allow_hub: Hubs that may be asked besides those of the cloud.
    :param timeout: For everything; 60 s, unless said otherwise.
    :param proxy: ``http://[USER:PASSWORD@]HOST[:PORT]``; ``None`` for what the environment says (``https_proxy`` and its like,
        ``no_proxy``), ``False`` for none.
    :param connect_to: ``HOST:PORT`` that TCP goes to instead.
    :param enrollment: How the device is enrolled, if that is known: for what is said of a refusal.
    :param cancellation: Ends it.
    :param on_event: Told of everything that happens.
    :raises IdentityError: The files cannot be used; nothing was dialled.
    :raises InvalidInput: An argument cannot be used.
    :raises ProvisioningError: There is no hub: :class:`Refused`, :class:`NoConnection`, :class:`OutOfTime`,
        :class:`InvalidSettings`, :class:`ProtocolBroken`, :class:`Cancelled`.
    """
    to = _work.address(connect_to)
    job = _work.begin(
        id_scope,
        cert,
        key,
        registration_id=registration_id,
        passphrase=passphrase,
        trust=trust,
        cloud=cloud,
        ssl_context=ssl_context,
        endpoint=endpoint,
        transport=transport,
        api_version=api_version,
        client_version=client_version,
        payload=payload,
        csr=csr,
        check_hub=check_hub,
        allow_hub=allow_hub,
        timeout=timeout,
        keep_alive=keep_alive,
        qos=qos,
        proxy=proxy,
        enrollment=enrollment,
        on_event=on_event,
    )
    with job.session as session:
        line = Line(job.identity.context, session.alert_number, cancellation, to)
        try:
            report = _run(converse(session, job.way), line)
        finally:
            line.end()
    return _work.end(job, report)


def _run(conversation: Conversation, line: Line) -> ProvisionReport:
    try:
        step = next(conversation)
        while True:
            answer: Answer = None
            try:
                if isinstance(step, Dial):
                    answer = line.dial(step)
                elif isinstance(step, Send):
                    answer = line.send(step.data, step.until)
                elif isinstance(step, Receive):
                    answer = line.receive(step.until)
                else:
                    line.close()
            except Stop as stop:
                step = conversation.throw(stop)
            else:
                step = conversation.send(answer)
    except StopIteration as end:
        report: ProvisionReport = end.value
        return report
