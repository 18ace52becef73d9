"""The service's side with Microsoft's Python SDK, unmodified: prints one JSON object."""

import json
import sys

from azure.iot.hub import IoTHubRegistryManager
from azure.iot.hub.models import CloudToDeviceMethod, QuerySpecification, Twin, TwinProperties

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
wanted = QuerySpecification(query="SELECT * FROM devices WHERE tags.site = 'north' AND properties.desired.period > 5")
found = manager.query_iot_hub(wanted, None, 10)
unwanted = QuerySpecification(query="SELECT * FROM devices WHERE is_defined(tags.nothing)")
try:
    manager.query_iot_hub(QuerySpecification(query="SELECT everything"))
    refused = None
except Exception as error:  # the test judges it
    refused = str(error)
print(
    json.dumps(
        {
            "connection": twin.connection_state,
            "tags": changed.tags,
            "desired": changed.properties.desired["period"],
            "stale": stale,
            "method": [answer.status, answer.payload],
            "device": manager.get_device(device_id).device_id,
            "found": [twin.device_id for twin in found.items],
            "notFound": [twin.device_id for twin in manager.query_iot_hub(unwanted).items],
            "refused": refused,
            "statistics": manager.get_device_registry_statistics().total_device_count,
            "devices": [device.device_id for device in manager.get_devices(10)],
        }
    )
)
