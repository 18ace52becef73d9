"""DPS's service side with Microsoft's Python SDK for it, unmodified: prints one JSON object."""

import json
import sys

from provisioningserviceclient import (
    BulkEnrollmentOperation,
    EnrollmentGroup,
    IndividualEnrollment,
    ProvisioningServiceClient,
    QuerySpecification,
)
from provisioningserviceclient.client import BULKOP_CREATE, BULKOP_DELETE
from provisioningserviceclient.models import AttestationMechanism, InitialTwin

connection_string, registered, certificate = sys.argv[1:]
with open(certificate, encoding="ascii") as file:
    certificate = file.read()
client = ProvisioningServiceClient.create_from_connection_string(connection_string)


def failure(act, *arguments):
    try:
        act(*arguments)
    except Exception as error:  # the test judges it
        return str(error)
    return None


def listed(query, name):
    return sorted(getattr(each, name) for page in query for each in page)


signing = AttestationMechanism.create_with_x509_signing_certs(certificate)
twin = InitialTwin.create(tags={"by": "service"}, desired_properties={"a": 1})
group = client.create_or_update(EnrollmentGroup.create("made-by-service", signing, initial_twin=twin))
groups = listed(client.create_enrollment_group_query(QuerySpecification(query="*")), "enrollment_group_id")
stale_etag = group.etag
group.provisioning_status = "disabled"
group = client.create_or_update(group)
group.etag = stale_etag
stale = failure(client.delete, group)
client.delete_enrollment_group_by_param("made-by-service")
gone = failure(client.get_enrollment_group, "made-by-service")

clients = AttestationMechanism.create_with_x509_client_certs(certificate)
alone = client.create_or_update(IndividualEnrollment.create("alone", clients, device_id="pump-7"))
read = client.get_individual_enrollment("alone")
mechanism = client.get_individual_enrollment_attestation_mechanism("alone").attestation_type
client.delete(read)

several = [IndividualEnrollment.create("alone", clients), IndividualEnrollment.create("not an ID", clients)]
made = client.run_bulk_operation(BulkEnrollmentOperation(mode=BULKOP_CREATE, enrollments=several))
individuals = listed(client.create_individual_enrollment_query(QuerySpecification(query="*")), "registration_id")
unmade = client.run_bulk_operation(BulkEnrollmentOperation(mode=BULKOP_DELETE, enrollments=several[:1]))

state = client.get_registration_state(registered)
client.delete_registration_state_by_param(registered)
print(
    json.dumps(
        {
            "groups": groups,
            "twin": [group.initial_twin.tags["by"], group.initial_twin.desired_properties["a"]],
            "status": group.provisioning_status,
            "stale": stale,
            "gone": gone,
            "device": [alone.device_id, read.etag == alone.etag, mechanism],
            "bulk": [made.is_successful, [error.registration_id for error in made.errors], unmade.is_successful],
            "individuals": individuals,
            "state": [state.status, state.assigned_hub],
            "forgotten": failure(client.get_registration_state, registered),
        }
    )
)
