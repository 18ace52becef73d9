"""The service's side with Microsoft's Python SDK, unmodified: prints one JSON object."""

import json
import sys

from azure.iot.hub import IoTHubRegistryManager
from azure.iot.hub.models import CloudToDeviceMethod, Twin, TwinProperties

connection_string, device_id = sys.argv[1:]
manager = IoTHubRegistryManager.from_connection_string(connection_string)
twin = manager.get_twin(device_id)
patch = Twin(tags={"site": "north"}, properties=TwinProperties(desired={"period": 9}))
changed = manager.update_twin(device_id, patch, twin.etag)
try:
    manager.update_twin(device_id, patch, twin.etag)
    stale = None
except Exception as error:  # the test judges it
    stale = str(error)
call = CloudToDeviceMethod(method_name="reboot", payload={"delay": 2}, response_timeout_in_seconds=30)
answer = manager.invoke_device_method(device_id, call)
print(
    json.dumps(
        {
            "connection": twin.connection_state,
            "tags": changed.tags,
            "desired": changed.properties.desired["period"],
            "stale": stale,
            "method": [answer.status, answer.payload],
            "device": manager.get_device(device_id).device_id,
            "devices": [device.device_id for device in manager.get_devices(10)],
        }
    )
)
