package com.microsoft.azure.sdk.iot.provisioning.security.hsm;

import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderX509;
import java.security.Key;
import java.security.cert.X509Certificate;
import java.util.Collection;

public class SecurityProviderX509Cert extends SecurityProviderX509 {
    public SecurityProviderX509Cert(X509Certificate leaf, Key key, Collection<X509Certificate> signers) {
        System.out.println("leaf: " + leaf.getSubjectX500Principal());
        System.out.println("key: " + key.getAlgorithm() + " " + key.getFormat());
        for (X509Certificate signer : signers) {
            System.out.println("signer: " + signer.getSubjectX500Principal());
        }
    }
}
