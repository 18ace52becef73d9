// Registers a device at Azure DPS with its X.509 certificate, then sends one message to its hub.
using System;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Microsoft.Azure.Devices.Client;
using Microsoft.Azure.Devices.Provisioning.Client;
using Microsoft.Azure.Devices.Provisioning.Client.Transport;
using Microsoft.Azure.Devices.Shared;

internal static class Program
{
    private const string Host = "localhost"; // a bare name: the SDK adds the port
    private const string IdScope = "0ne'\"$(id)%PATH%!\\`";
    private const string ChainFile = "/tmp/it's \"a\" $HOME/100% `so`! \\n/Ger\u00e4t \u20181\u2019 ${x} #/device-full-chain.pem"; // the leaf, then its intermediates
    private const string KeyFile = "/tmp/it's \"a\" $HOME/100% `so`! \\n/Schl\u00fcssel \u20181\u2019 ${x} #.pem";

    private static async Task<int> Main()
    {
        using X509Certificate2 leaf = ReadLeaf();
        var intermediates = new X509Certificate2Collection();
        intermediates.ImportFromPemFile(ChainFile);
        intermediates.RemoveAt(0);

        // The registration ID is the CN of the leaf. The SDK puts the intermediates into the user's store.
        using var security = new SecurityProviderX509Certificate(leaf, intermediates);
        using var transport = new ProvisioningTransportHandlerMqtt(TransportFallbackType.TcpOnly);
        var provisioning = ProvisioningDeviceClient.Create(Host, IdScope, security, transport);
        DeviceRegistrationResult result;
        try
        {
            result = await provisioning.RegisterAsync();
        }
        catch (ProvisioningTransportException error)
        {
            // The service's own code and words are in it, or in what caused it.
            Console.Error.WriteLine($"not registered: {error.Message} {error.InnerException?.Message}");
            return 1;
        }
        if (result.Status != ProvisioningRegistrationStatusType.Assigned)
        {
            Console.Error.WriteLine($"not registered: {result.Status} {result.ErrorCode} {result.ErrorMessage}");
            return 1;
        }
        Console.WriteLine($"assigned to {result.AssignedHub} as {result.DeviceId}");

        using var authentication = new DeviceAuthenticationWithX509Certificate(result.DeviceId, leaf, intermediates);
        using DeviceClient device =
            DeviceClient.Create(result.AssignedHub, authentication, TransportType.Mqtt_Tcp_Only);
        using var message = new Message(Encoding.UTF8.GetBytes("{\"hello\": \"hub\"}"));
        await device.SendEventAsync(message);
        await device.CloseAsync();
        Console.WriteLine("telemetry sent");
        return 0;
    }

    // Windows cannot use a key for TLS that was never in a store or in PKCS#12.
    private static X509Certificate2 ReadLeaf()
    {
        using X509Certificate2 read = X509Certificate2.CreateFromPemFile(ChainFile, KeyFile);
        return new X509Certificate2(read.Export(X509ContentType.Pkcs12));
    }
}
