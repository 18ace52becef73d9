# The files that the pages speak of, good ones: a root, an intermediate, a device, in every form that a page names.
set -eu
new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }
extensions() {
  case "$1" in
    ca) printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n' ;;
    *) printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n' ;;
  esac
  printf 'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n'
}
new_key root-key.pem
openssl req -x509 -new -key root-key.pem -subj "/CN=Contoso Root" -days 3650 -out root.pem \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
new_key ca-key.pem
openssl req -new -key ca-key.pem -subj "/CN=Contoso Device CA" -out ca.csr
extensions ca > ca.cnf
openssl x509 -req -in ca.csr -CA root.pem -CAkey root-key.pem -days 1000 -extfile ca.cnf -out ca.pem 2>/dev/null
cp ca.pem intermediate.pem; cp ca.pem group-ca.pem; cp root.pem my-root.pem
new_key device-key.pem
openssl req -new -key device-key.pem -subj "/CN=my-x509-device" -out device.csr
extensions device > leaf.cnf
openssl x509 -req -in device.csr -CA ca.pem -CAkey ca-key.pem -days 365 -extfile leaf.cnf -out device-cert.pem 2>/dev/null
cat device-cert.pem intermediate.pem > chain.pem; cp chain.pem device-full-chain.pem
cp device-key.pem key.pem
openssl x509 -in device-cert.pem -outform DER -out device-cert.der; cp device-cert.der cert.der
openssl x509 -in root.pem -outform DER -out root.cer
xxd -p cert.der > cert.hex; base64 device-cert.pem > secret.b64; base64 -w 0 cert.der > body.b64
openssl pkcs12 -export -in device-cert.pem -inkey device-key.pem -certfile intermediate.pem -passout pass:secret -out device.pfx
echo secret > passphrase.txt
openssl ec -in device-key.pem -aes256 -passout pass:secret -out old-key.pem 2>/dev/null
cat device-cert.pem device-key.pem > device.pem
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=30\n' > crl.cnf; : > index.txt
openssl ca -config crl.cnf -gencrl -keyfile ca-key.pem -cert ca.pem -out intermediate.crl.pem 2>/dev/null
rm -f crl.cnf index.txt*
printf '{"site":7}' > payload.json
rm -f ca.csr ca.cnf leaf.cnf
