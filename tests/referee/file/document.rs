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
        let line = text.lines().position(|line| line.contains("-----BEGIN")).map_or(2, |line| line + 1);
        out.push(Framed::new(frame, extension, text, u32::try_from(line).unwrap(), Verdict::Right));
    };
    add("JSON", "json", format!("{{\n  \"id\": \"device-1\",\n  \"certificate\": \"{escaped}\"\n}}\n"));
    add("JSON in one line", "json", format!("{{\"a\":[1,2],\"cert\":\"{}\"}}", escaped.replace('/', "\\/")));
    add(
        "JSON in JSON",
        "json",
        format!("{{\"a\":\"{{\\\"cert\\\":\\\"{}\\\"}}\"}}", escaped.replace('\\', "\\\\")),
    );
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
    add("shell with a heredoc", "sh", format!("cat > cert.pem <<'EOF'\n{pem}EOF\n"));
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
    add("YAML with base64 of DER", "yaml", format!("id: x\ncert: {one_line}\n"), 2);
}
