//! Bicep: the CA certificate of a group. Enrollments are no resources of Azure Resource Manager.
//!
//! Source: Microsoft.Devices/provisioningServices/certificates, template reference.

use super::{Family, Files, Job, Limits, Piece, Proof, Target, rest};
use crate::{
    config::{Artifact, Language, finding},
    finding::Input,
};

pub(super) static TARGET: Target = Target {
    name: "bicep",
    title: "Bicep: the CA certificate of an enrollment group (enrollments are no ARM resources)",
    family: Family::Azure,
    needs: &[Piece::Enrollment, Piece::GroupCa, Piece::DpsName],
    limits: Limits::NONE,
    home: None,
    proof: Proof::Documents("compared with the template reference; Bicep was not there to build it"),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let guide = (
        "Anywhere, in a deployment to the resource group of the DPS instance.",
        "az deployment group create --resource-group GROUP --template-file ca.bicep, then the enrollment by azure-cli or rest",
        "The CA certificate is in the instance's list, not verified until proof of possession: azure-cli, scripts 2 and 3.",
    );
    let Some(ca) = &job.device.group_ca else {
        let why = "an individual enrollment has no resource of Azure Resource Manager, and no CA certificate to upload";
        return Files::new()
            .doubt(finding::doubtful(
                TARGET.name,
                Input::Enrollment,
                why,
                "Take the target azure-cli or rest.",
            ))
            .guide("Nothing to deploy.", "See azure-cli or rest.", "");
    };
    let certificate = Language::Bicep.literal(&rest::base64(&ca.text));
    let template =
        job.fill(include_str!("bicep/ca.bicep"), Language::Bicep, &[("certificate", &certificate)]);
    Files::new().file(Artifact::new("ca.bicep", template)).guide(guide.0, guide.1, guide.2)
}
