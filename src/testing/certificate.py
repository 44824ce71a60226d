"""Certificates for tests of TLS."""
import ssl
import subprocess


def make_certificate(folder, name="localhost", days=30):
    """A certificate that signs itself, and its key, in one go: neither is ever there without the other."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", str(days),
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True)
    (folder / "key.pem").chmod(0o600)
    return "--tls-cert", folder / "cert.pem", "--tls-key", folder / "key.pem"


def trusting(folder):
    return ssl.create_default_context(cafile=folder / "cert.pem")
