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
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.Key;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

public final class Register {
    private static final String HOST = @host@; // a bare name: the SDK adds the port
    private static final String ID_SCOPE = @id_scope@;
    private static final String CHAIN = @chain_path@; // the leaf, then its intermediates
    private static final String KEY = @key_path@;

    private Register() {}

    public static void main(String[] arguments) throws Exception {
        List<X509Certificate> signers = certificates();
        X509Certificate leaf = signers.remove(0);
        // The registration ID is the CN of the leaf.
        SecurityProvider security = new SecurityProviderX509Cert(leaf, key(), signers);

        ProvisioningDeviceClient provisioning = ProvisioningDeviceClient.create(
                HOST, ID_SCOPE, ProvisioningDeviceClientTransportProtocol.@protocol@, security);
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
                result.getIothubUri(), result.getDeviceId(), security, IotHubClientProtocol.@protocol@);
        device.open(false);
        device.sendEvent(new Message("{\"hello\": \"hub\"}"));
        device.close();
        System.out.println("telemetry sent");
    }

    private static List<X509Certificate> certificates() throws Exception {
        List<X509Certificate> certificates = new ArrayList<>();
        try (InputStream file = Files.newInputStream(Paths.get(CHAIN))) {
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(file)
                    .forEach(each -> certificates.add((X509Certificate) each));
        }
        return certificates;
    }

    // PKCS#8, or the older forms of OpenSSL, which Java itself does not read.
    private static Key key() throws Exception {
        try (Reader file = Files.newBufferedReader(Paths.get(KEY));
                PEMParser parser = new PEMParser(file)) {
            for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
                if (block instanceof PEMKeyPair) {
                    return new JcaPEMKeyConverter().getPrivateKey(((PEMKeyPair) block).getPrivateKeyInfo());
                }
                if (block instanceof PrivateKeyInfo) {
                    return new JcaPEMKeyConverter().getPrivateKey((PrivateKeyInfo) block);
                }
            }
        }
        throw new IllegalArgumentException("no private key in " + KEY);
    }
}
