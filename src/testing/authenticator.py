"""An authenticator app: what a person's phone shows after reading what `accubooks user totp enrol` wrote."""
import base64
import hmac
import re
import struct
import time
import urllib.parse


def code(file, steps_ahead=0):
    """The one-time code of now."""
    return code_of(file.read_text().splitlines()[0], steps_ahead)


def code_of(uri, steps_ahead=0):
    """The same of an otpauth:// address (RFC 6238)."""
    query = urllib.parse.parse_qs(urllib.parse.urlparse(uri).query)
    key = base64.b32decode(query["secret"][0])
    step = int(time.time()) // int(query["period"][0]) + steps_ahead
    digest = hmac.digest(key, struct.pack(">Q", step), query["algorithm"][0].lower())
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 10 ** int(query['digits'][0]):06}"


def recovery_codes(file):
    return re.findall(r"^[a-z2-7]{4}(?:-[a-z2-7]{4}){3}$", file.read_text(), re.MULTILINE)
