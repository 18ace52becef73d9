// What the program uses of Microsoft.Azure.Devices.Client 1.x.
using System;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;

namespace Microsoft.Azure.Devices.Client
{
    public interface IAuthenticationMethod { }

    public sealed class DeviceAuthenticationWithX509Certificate : IAuthenticationMethod, IDisposable
    {
        public DeviceAuthenticationWithX509Certificate(
            string deviceId, X509Certificate2 certificate, X509Certificate2Collection chainCertificates = null)
        {
            ChainCertificates = chainCertificates;
        }

        public X509Certificate2Collection ChainCertificates { get; private set; }

        public void Dispose() { }
    }

    public enum TransportType
    {
        Mqtt_WebSocket_Only,
        Mqtt_Tcp_Only,
    }

    public sealed class Message : IDisposable
    {
        public Message(byte[] byteArray) { }

        public void Dispose() { }
    }

    public class DeviceClient : IDisposable
    {
        public static DeviceClient Create(
            string hostname, IAuthenticationMethod authenticationMethod, TransportType transportType)
        {
            var certificate = authenticationMethod as DeviceAuthenticationWithX509Certificate;
            if (transportType != TransportType.Mqtt_Tcp_Only && certificate.ChainCertificates != null)
            {
                throw new ArgumentException("a chain over this transport");
            }
            Console.WriteLine("hub transport: " + transportType);
            return new DeviceClient();
        }

        public Task SendEventAsync(Message message)
        {
            return Task.FromResult(0);
        }

        public Task CloseAsync()
        {
            return Task.FromResult(0);
        }

        public void Dispose() { }
    }
}
