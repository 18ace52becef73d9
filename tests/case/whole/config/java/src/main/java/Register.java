// Registers a device at Azure DPS with its X.509 certificate, then sends one message to its hub.
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClient;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientRegistrationResult;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientStatus;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProvider;
import com.microsoft.azure.sdk.iot.provisioning.security.hsm.SecurityProviderX509Cert;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;

public final class Register {
    private static final String HOST = "localhost"; // a bare name: the SDK adds the port
    private static final String ID_SCOPE = "0ne'\"$(id)%PATH%!\\`";
    private static final String CHAIN = "/tmp/it's \"a\" $HOME/100% `so`! \\n/Ger\u00e4t \u20181\u2019 ${x} #/device-full-chain.pem"; // the leaf, then its intermediates
    private static final String KEY = "/tmp/it's \"a\" $HOME/100% `so`! \\n/Schl\u00fcssel \u20181\u2019 ${x} #.pem";
    private static final String END = "-----END CERTIFICATE-----";

    private Register() {}

    public static void main(String[] arguments) throws Exception {
        List<String> signers = certificates(read(CHAIN));
        String leaf = signers.remove(0);
        // The registration ID is the CN of the leaf.
        SecurityProvider security = new SecurityProviderX509Cert(leaf, read(KEY), signers);

        ProvisioningDeviceClient provisioning = ProvisioningDeviceClient.create(
                HOST, ID_SCOPE, ProvisioningDeviceClientTransportProtocol.MQTT, security);
        ProvisioningDeviceClientRegistrationResult result = null;
        try {
            result = provisioning.registerDeviceSync();
        } catch (Exception error) {
            // The service's own code and words are in it, or in what caused it.
            System.err.println("not registered: " + error.getMessage() + " " + error.getCause());
            System.exit(1);
        } finally {
            provisioning.close();
        }
        if (result.getProvisioningDeviceClientStatus()
                != ProvisioningDeviceClientStatus.PROVISIONING_DEVICE_STATUS_ASSIGNED) {
            System.err.println("not registered: " + result.getProvisioningDeviceClientStatus());
            System.exit(1);
        }
        System.out.println("assigned to " + result.getIothubUri() + " as " + result.getDeviceId());

        DeviceClient device = new DeviceClient(
                result.getIothubUri(), result.getDeviceId(), security, IotHubClientProtocol.MQTT);
        device.open(false);
        device.sendEvent(new Message("{\"hello\": \"hub\"}"));
        device.close();
        System.out.println("telemetry sent");
    }

    private static String read(String path) throws Exception {
        return new String(Files.readAllBytes(Paths.get(path)), StandardCharsets.US_ASCII);
    }

    private static List<String> certificates(String pem) {
        List<String> blocks = new ArrayList<>();
        int from = 0;
        for (int end = pem.indexOf(END); end >= 0; end = pem.indexOf(END, from)) {
            blocks.add(pem.substring(from, end + END.length()).trim() + "\n");
            from = end + END.length();
        }
        return blocks;
    }
}
