"""Configurations of clients for a device: the files that each needs."""

# Made by `cargo xtask python` from wit/configuration.wit; do not edit.

from __future__ import annotations

from dataclasses import dataclass

from .session import MqttTransport


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What files and settings do not say."""

    id_scope: str | None = None
    """Of the DPS instance."""
    endpoint: str | None = None
    """`HOST[:PORT]`; absent for the cloud's global endpoint."""
    transport: MqttTransport
    """What MQTT travels in."""
    folder: str | None = None
    """Where the files are when the client runs; absent for beside it."""
    key_path: str | None = None
    """Where the private key is then; absent for `device-key.pem` in that folder."""
    embeds_key: bool
    """Whether the key's text is to stand in the configuration. It is in one of the files, then."""
    dps_name: str | None = None
    """The DPS instance, for commands of the Azure side."""
    resource_group: str | None = None
    """Its resource group."""
    group_name: str | None = None
    """The enrollment group."""


__all__ = [
    "Wanted",
]
