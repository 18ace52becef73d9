//! Values of documents.

use dps_x509_core::cert::{KeyContainer, Kind};

use crate::{
    Framed, Verdict,
    object::{Object, base64},
};

pub(crate) fn frames(object: &Object) -> Vec<Framed> {
    let mut out = Vec::new();
    if let Some(pem) = &object.pem {
        text(pem, &mut out);
    }
    // Several objects are several values.
    let has_der = object.parts[0].0 != Kind::PrivateKey(KeyContainer::LegacyEncrypted);
    if object.parts.len() == 1 && has_der {
        bytes(&object.parts[0].1, &mut out);
    }
    out
}

fn text(pem: &str, out: &mut Vec<Framed>) {
    let escaped = pem.replace('\n', "\\n");
    let indent = |blanks: &str| pem.lines().map(|line| format!("{blanks}{line}\n")).collect::<String>();
    let mut add = |frame, extension, text: String| {
        let line = text
            .lines()
            .position(|line| line.contains("-----BEGIN") || line.contains("LS0tLS1C"))
            .map_or(2, |line| line + 1);
        out.push(Framed::new(frame, extension, text, u32::try_from(line).unwrap(), Verdict::Right));
    };
    add("JSON", "json", format!("{{\n  \"id\": \"device-1\",\n  \"certificate\": \"{escaped}\"\n}}\n"));
    add("JSON in one line", "json", format!("{{\"a\":[1,2],\"cert\":\"{}\"}}", escaped.replace('/', "\\/")));
    add(
        "JSON in JSON",
        "json",
        format!("{{\"a\":\"{{\\\"cert\\\":\\\"{}\\\"}}\"}}", escaped.replace('\\', "\\\\")),
    );
    add("program in JSON", "json", format!("[{{\"func\":\"const cert = `{escaped}`;\\nreturn msg;\"}}]\n"));
    add(
        "function of a flow in JSON",
        "json",
        format!("[{{\"func\":\"msg.cert = `{escaped}`;\\nreturn msg;\"}}]\n"),
    );
    add(
        "YAML block in a template",
        "yaml",
        format!("a: 1\ncert: |\n{{{{- if .Values.tls }}}}\n{}    {{{{- end }}}}\nb: 2\n", indent("    ")),
    );
    // Its line is found by no word: the second.
    let url = pem.replace("-----BEGIN ", "-----BEGIN%20").replace("-----END ", "-----END%20");
    let url = url.replace(' ', "%20").replace('\n', "%0A").replace('+', "%2B");
    add("URL of data in JSON", "ign", format!("{{\n\"source\": \"data:,{url}\"}}\n"));
    add("PostgreSQL COPY", "sql", format!("COPY c (id, cert) FROM stdin;\n1\t{escaped}\n\\.\n"));
    add("YAML block", "yaml", format!("a: 1\ncert: |\n{}b: 2\n", indent("  ")));
    add(
        "YAML block in a list",
        "yml",
        format!("files:\n  - path: /etc/x\n    content: |-\n{}  - path: y\n", indent("      ")),
    );
    add("YAML double quotes", "yaml", format!("a: 1\ncert: \"{escaped}\"\n"));
    add("TOML", "toml", format!("[device]\ncert = \"\"\"\n{pem}\"\"\"\nid = \"x\"\n"));
    add("TOML one line", "toml", format!("[device]\ncert = \"{escaped}\"\n"));
    add("TOML literal", "toml", format!("[device]\ncert = '''\n{pem}'''\n"));
    add("XML", "xml", format!("<config>\n<cert>\n{pem}</cert>\n</config>\n"));
    add("XML with CDATA", "xml", format!("<config>\n<cert><![CDATA[{pem}]]></cert>\n</config>\n"));
    add(
        "plist",
        "plist",
        format!("<plist><dict>\n<key>cert</key>\n<string>{pem}</string>\n</dict></plist>\n"),
    );
    add("OpenVPN", "ovpn", format!("client\nremote x 1194\n<cert>\n{pem}</cert>\nverb 3\n"));
    add(".env", "env", format!("ID=x\nCERT=\"{escaped}\"\n"));
    add("settings of several lines", "txt", format!("ID=x\nCERT=\"{pem}\"\n"));
    add("HCL heredoc", "tf", format!("cert = <<EOF\n{pem}EOF\n"));
    add("HCL indented heredoc", "tf", format!("cert = <<-EOF\n{}  EOF\n", indent("    ")));
    add("HCL string", "tf", format!("resource \"x\" \"y\" {{\n  cert = \"{escaped}\"\n}}\n"));
    add("properties", "properties", format!("id=x\ncert={}\n", pem.trim_end().replace('\n', "\\n\\\n  ")));
    add("Kubernetes secret", "yaml", format!("data:\n  tls.crt: {}\n", base64(pem.as_bytes())));
    add("JSON with base64 of PEM", "json", format!("{{\n  \"cert\": \"{}\"\n}}", base64(pem.as_bytes())));
    add("YAML folded with escapes", "yaml", format!("a: 1\ncert: \"{}\"\n", pem.replace('\n', "\\n\\\n  ")));
    add(
        "YAML double quotes folded",
        "yaml",
        format!("a: 1\ncert: \"{}\"\nb: 2\n", pem.trim_end().replace('\n', "\n\n  ")),
    );
    add(
        "YAML single quotes folded",
        "yaml",
        format!("a: 1\ncert: '{}'\nb: 2\n", pem.trim_end().replace('\n', "\n\n  ")),
    );
    add("YAML quoted key", "yaml", format!("data:\n  \"tls.crt\": |+\n{}b: 2\n", indent("    ")));
    add("YAML tag", "yaml", format!("cert: !str |\n{}b: 2\n", indent("  ")));
    add("YAML anchor", "yaml", format!("cert: &cert |\n{}b: 2\n", indent("  ")));
    add(
        "YAML ConfigMap binaryData",
        "yaml",
        format!("kind: ConfigMap\nbinaryData:\n  ca.pem: {}\n", base64(pem.as_bytes())),
    );
    add("YAML binary", "yaml", format!("cert: !!binary |\n{}", folded(&base64(pem.as_bytes()), 76, "  ")));
    add(
        "cloud-init",
        "yaml",
        format!("write_files:\n- encoding: b64\n  content: {}\n  path: /etc/c.pem\n", base64(pem.as_bytes())),
    );
    add(
        "JSON with \\u002b",
        "json",
        format!(
            "{{\"cert\":\"{}\"}}\n",
            escaped.replace('+', "\\u002b").replace('/', "\\u002F").replace('=', "\\u003d")
        ),
    );
    add(
        "JSON list of lines",
        "json",
        format!(
            "{{\n  \"cert\": [\n{}\n  ]\n}}\n",
            pem.lines().map(|line| format!("    \"{line}\"")).collect::<Vec<_>>().join(",\n")
        ),
    );
    add(
        "notebook",
        "ipynb",
        format!(
            "{{\"cells\":[{{\"source\":[\n{}\n]}}]}}\n",
            pem.lines().map(|line| format!("\"{line}\\n\"")).collect::<Vec<_>>().join(",\n")
        ),
    );
    add("docker env file", "env", format!("ID=x\nCERT={escaped}\nX=1\n"));
    add(
        "systemd Environment",
        "service",
        format!("[Service]\nEnvironment=\"CERT={escaped}\"\nExecStart=/bin/x\n"),
    );
    add(
        "systemd credential",
        "service",
        format!(
            "[Service]\nSetCredential=cert.pem: \\\n{}ExecStart=/bin/x\n",
            pem.lines().map(|line| format!("  {line}\\n\\\n")).collect::<String>() + "\n"
        ),
    );
    add("XML attribute", "xml", format!("<device cert=\"{}\"/>\n", pem.replace('\n', "&#10;")));
    add(
        "XML with entities",
        "xml",
        format!("<a>\n<cert>{}</cert>\n</a>\n", pem.replace('\n', "&#xD;\n").replace('+', "&#43;")),
    );
    add("HCL list of objects", "tfvars", format!("certs = [{{ name = \"x\", pem = \"{escaped}\" }}]\n"));
    add(
        "Terraform state",
        "tfstate",
        format!(
            "{{\"resources\":[{{\"instances\":[{{\"attributes\":{{\"cert_pem\":\"{escaped}\"}}}}]}}]}}\n"
        ),
    );
    add("CSV", "csv", format!("id,cert\ndevice-1,\"{pem}\"\n"));
    add("INI with indented lines", "ini", format!("[tls]\ncert = \"\"\"\n{pem}\"\"\"\n"));
    add("Postman", "json", format!("{{\"value\":\"{}\"}}\n", pem.replace('\n', "\\r\\n")));
    add("AT command", "txt", format!("AT%CMNG=0,16842753,1,\"{pem}\"\nOK\n"));
    add("nginx with data", "conf", format!("ssl_certificate \"data:{escaped}\";\n"));
    add("shell with a heredoc", "sh", format!("cat > cert.pem <<'EOF'\n{pem}EOF\n"));
}

fn folded(text: &str, width: usize, indent: &str) -> String {
    let lines = text.as_bytes().chunks(width).map(|line| str::from_utf8(line).unwrap());
    lines.map(|line| format!("{indent}{line}\n")).collect()
}

fn bytes(der: &[u8], out: &mut Vec<Framed>) {
    let one_line = base64(der);
    let folded = |width: usize, by: &str| {
        let lines: Vec<_> =
            one_line.as_bytes().chunks(width).map(|l| str::from_utf8(l).unwrap().to_owned()).collect();
        lines.join(by)
    };
    let mut add = |frame, extension, text: String, line| {
        out.push(Framed::new(frame, extension, text, line, Verdict::Right))
    };
    add(
        "JSON with base64 of DER",
        "json",
        format!("{{\n  \"certificate\": \"{one_line}\",\n  \"x\": 1\n}}\n"),
        2,
    );
    add(
        "XML with base64 of DER",
        "xml",
        format!("<a>\n<X509Certificate>{one_line}</X509Certificate>\n</a>\n"),
        2,
    );
    add(
        "plist with data",
        "plist",
        format!("<dict>\n<key>x</key>\n<data>\n\t{}\n</data>\n</dict>\n", folded(52, "\n\t")),
        4,
    );
    add("LDIF", "ldif", format!("dn: cn=x\nuserCertificate;binary:: {}\ncn: x\n", folded(60, "\n ")), 2);
    add(
        "YAML binary of DER",
        "yaml",
        format!("id: x\ncert: !!binary |\n  {}\nb: 1\n", folded(76, "\n  ")),
        3,
    );
    add("JSON list x5c", "json", format!("{{\"kty\":\"EC\",\"x5c\":[\n\"{one_line}\"]}}\n"), 2);
    add(".env with base64 of DER", "env", format!("ID=1\nCERT={one_line}\n"), 2);
    add(
        "SAML",
        "xml",
        format!(
            "<ds:X509Data>\n<ds:X509Certificate>\n{}\n</ds:X509Certificate>\n</ds:X509Data>\n",
            folded(76, "\n")
        ),
        3,
    );
    add(
        "C# FromBase64String",
        "cs",
        format!("class A {{ static byte[] c = Convert.FromBase64String(\n  \"{one_line}\"); }}\n"),
        2,
    );
    add("YAML with base64 of DER", "yaml", format!("id: x\ncert: {one_line}\n"), 2);
}
