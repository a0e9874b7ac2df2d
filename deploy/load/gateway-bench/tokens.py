"""Mints what the gateway's bench shows at the door.

    tokens.py FOLDER PEOPLE

Writes key.pem, unless it is there, its public half as public.pem and jwks.json, and tokens, one per person and line.
In refused are, each behind its name, tokens that must not open any door.
"""

import base64
import json
import subprocess
import sys
import time
import uuid
from pathlib import Path

KEY_ID = "bench"
# The longest that the gateway accepts.
LIFETIME = 15 * 60


def openssl(*arguments: str, stdin: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *arguments], input=stdin, stdout=subprocess.PIPE, check=True).stdout


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make_key(path: Path) -> None:
    path.write_bytes(openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"))


def raw_signature(der: bytes) -> bytes:
    """What openssl writes, SEQUENCE { INTEGER r, INTEGER s }, as a JWT wants it: r and s in 32 bytes each."""
    numbers, position = b"", 2
    for _ in range(2):
        length = der[position + 1]
        number = der[position + 2 : position + 2 + length]
        numbers += int.from_bytes(number, "big").to_bytes(32, "big")
        position += 2 + length
    return numbers


def mint(key: Path, person: int, age: int = 0, **changes: str) -> str:
    issued = int(time.time()) - age
    claims = {
        "iss": "repitbot",
        "aud": "repitbot",
        "sub": str(uuid.uuid5(uuid.NAMESPACE_URL, f"person {person}")),
        "role": "tutor",
        "sid": str(uuid.uuid4()),
        "jti": str(uuid.uuid4()),
        "iat": issued,
        "exp": issued + LIFETIME,
    }
    header = {"alg": "ES256", "typ": "at+jwt", "kid": KEY_ID}
    parts = [base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims | changes)]
    text = ".".join(parts)
    return f"{text}.{base64url(raw_signature(openssl('dgst', '-sha256', '-sign', str(key), stdin=text.encode())))}"


def main() -> None:
    folder, people = Path(sys.argv[1]), int(sys.argv[2])
    key, stranger = folder / "key.pem", folder / "stranger.pem"
    for path in (key, stranger):
        if not path.exists():
            make_key(path)
    (folder / "public.pem").write_bytes(openssl("pkey", "-in", str(key), "-pubout"))
    point = openssl("pkey", "-in", str(key), "-pubout", "-outform", "DER")[-64:]
    public = {"kty": "EC", "crv": "P-256", "kid": KEY_ID, "alg": "ES256", "use": "sig"}
    public |= {"x": base64url(point[:32]), "y": base64url(point[32:])}
    (folder / "jwks.json").write_text(json.dumps({"keys": [public]}))
    (folder / "tokens").write_text("".join(f"{mint(key, person)}\n" for person in range(people)))
    refused = {
        "expired": mint(key, 0, age=LIFETIME + 60),
        "foreign": mint(key, 0, iss="somebody"),
        "forged": mint(stranger, 0),
    }
    (folder / "refused").write_text("".join(f"{name} {token}\n" for name, token in refused.items()))


if __name__ == "__main__":
    main()
