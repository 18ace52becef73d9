"""The topics of a device at its hub, as the documentation has them, for programs without an SDK."""

from urllib.parse import quote, unquote

FILTERS = [
    "$iothub/twin/res/#",
    "$iothub/twin/PATCH/properties/desired/#",
    "$iothub/methods/POST/#",
    "devices/{device}/messages/devicebound/#",
]


def user_name(host, device):
    return f"{host}/{device}/?api-version=2021-04-12"


def filters(device):
    return [filter.format(device=device) for filter in FILTERS]


def bag(properties):
    """Properties as the end of a topic."""
    return "&".join(f"{quote(key, safe='$.')}={quote(value, safe='')}" for key, value in properties.items())


def read_bag(text):
    pairs = (pair.partition("=") for pair in text.split("&") if pair)
    return {unquote(key): unquote(value) for key, _, value in pairs}


def read(topic):
    """What came: its kind, what is named in the topic, and the properties."""
    if topic.startswith("$iothub/twin/res/"):
        status, _, query = topic.removeprefix("$iothub/twin/res/").partition("/?")
        return "answer", int(status), read_bag(query)
    if topic.startswith("$iothub/twin/PATCH/properties/desired/?"):
        return "desired", None, read_bag(topic.partition("?")[2])
    if topic.startswith("$iothub/methods/POST/"):
        name, _, query = topic.removeprefix("$iothub/methods/POST/").partition("/?")
        return "method", name, read_bag(query)
    return "message", None, read_bag(topic.partition("/messages/devicebound/")[2])


def custom(properties):
    """The properties that are not the system's."""
    return {key: value for key, value in properties.items() if not key.startswith(("$.", "iothub-"))}
