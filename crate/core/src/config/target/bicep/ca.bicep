// The CA certificate of an enrollment group. Enrollments themselves are no resources of Azure Resource Manager:
// create them with az or over REST.
@description('The DPS instance.')
param dpsName string = @dps_name@

@description('What the CA certificate is called there.')
param certificateName string = @group_name@

@description('True takes your word for it that you hold the CA key; false leaves it to the proof of possession.')
param isVerified bool = false

resource dps 'Microsoft.Devices/provisioningServices@2022-02-05' existing = {
  name: dpsName
}

resource ca 'Microsoft.Devices/provisioningServices/certificates@2022-02-05' = {
  parent: dps
  name: certificateName
  properties: {
    certificate: @certificate@
    isVerified: isVerified
  }
}
