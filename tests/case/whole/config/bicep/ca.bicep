// The CA certificate of an enrollment group. Enrollments themselves are no resources of Azure Resource Manager:
// create them with az or over REST.
@description('The DPS instance.')
param dpsName string = 'my \'dps\' \$x'

@description('What the CA certificate is called there.')
param certificateName string = 'Geräte \${y}'

@description('True takes your word for it that you hold the CA key; false leaves it to the proof of possession.')
param isVerified bool = false

resource dps 'Microsoft.Devices/provisioningServices@2022-02-05' existing = {
  name: dpsName
}

resource ca 'Microsoft.Devices/provisioningServices/certificates@2022-02-05' = {
  parent: dps
  name: certificateName
  properties: {
    certificate: 'MIIBlDCCATmgAwIBAgIUGjJyGaMlDKolsKw6uQOL5yqrAKwwCgYIKoZIzj0EAwIwFzEVMBMGA1UEAwwMRXhhbXBsZSBSb290MB4XDTI2MTEyMzEzMjEwM1oXDTM2MTEyMDEzMjEwM1owFzEVMBMGA1UEAwwMRXhhbXBsZSBSb290MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE0Oato64YNm6/zSmJRhp876AxrWTZUYKUztdq5r/oLJvBDwDj41xRwUOQuBNwE8oDNuuOEXuEor/jYEVVNRdFfKNjMGEwHQYDVR0OBBYEFH9POTDG1RLL+BMqIsth2aJVxRdQMB8GA1UdIwQYMBaAFH9POTDG1RLL+BMqIsth2aJVxRdQMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgGGMAoGCCqGSM49BAMCA0kAMEYCIQDjojKO2rRUI9fTVZSuLbux+bCQCy5xbsP3M6PBI/iujAIhALW9YOe+K0Q+5cVQgOrIn5/eeTrhVssNPC/uPz80acFc'
    isVerified: isVerified
  }
}
