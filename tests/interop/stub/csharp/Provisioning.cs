// What the program uses of Microsoft.Azure.Devices.Provisioning.Client 1.x and of the shared package.
using System;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Azure.Devices.Provisioning.Client.Transport;
using Microsoft.Azure.Devices.Shared;

namespace Microsoft.Azure.Devices.Shared
{
    public enum TransportFallbackType
    {
        TcpWithWebSocketFallback,
        WebSocketOnly,
        TcpOnly,
    }

    public abstract class SecurityProvider : IDisposable
    {
        public void Dispose() { }
    }

    public abstract class SecurityProviderX509 : SecurityProvider { }

    public class SecurityProviderX509Certificate : SecurityProviderX509
    {
        public SecurityProviderX509Certificate(
            X509Certificate2 clientCertificate, X509Certificate2Collection certificateChain = null)
        {
            Console.WriteLine("sent with the leaf: " + certificateChain);
        }
    }
}

namespace Microsoft.Azure.Devices.Provisioning.Client.Transport
{
    public abstract class ProvisioningTransportHandler : IDisposable
    {
        public void Dispose() { }
    }

    public class ProvisioningTransportHandlerMqtt : ProvisioningTransportHandler
    {
        public ProvisioningTransportHandlerMqtt(
            TransportFallbackType transportFallbackType = TransportFallbackType.TcpWithWebSocketFallback)
        {
            Console.WriteLine("transport: " + transportFallbackType);
        }
    }
}

namespace Microsoft.Azure.Devices.Provisioning.Client
{
    public enum ProvisioningRegistrationStatusType
    {
        Unassigned,
        Assigning,
        Assigned,
        Failed,
        Disabled,
    }

    public class ProvisioningTransportException : Exception { }

    public class DeviceRegistrationResult
    {
        public string AssignedHub { get { return "contoso.azure-devices.net"; } }
        public string DeviceId { get { return "device-1"; } }
        public ProvisioningRegistrationStatusType Status { get { return ProvisioningRegistrationStatusType.Assigned; } }
        public int? ErrorCode { get { return null; } }
        public string ErrorMessage { get { return null; } }
    }

    public class ProvisioningDeviceClient
    {
        public static ProvisioningDeviceClient Create(
            string globalDeviceEndpoint,
            string idScope,
            SecurityProvider securityProvider,
            ProvisioningTransportHandler transport)
        {
            Console.WriteLine("endpoint: " + globalDeviceEndpoint);
            Console.WriteLine("ID scope: " + idScope);
            return new ProvisioningDeviceClient();
        }

        public async Task<DeviceRegistrationResult> RegisterAsync(
            CancellationToken cancellationToken = default(CancellationToken))
        {
            await Task.Yield();
            return new DeviceRegistrationResult();
        }
    }
}
