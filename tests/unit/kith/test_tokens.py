import base64
import hashlib
import hmac
import json
import string
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from kith import tokens
from kith.domain.errors import Unauthenticated
from kith.tokens import Caller, SigningKey
from tests.forging import claims_at, encoded, es256, forged, header_of, new_key

NOW = 1_769_860_800
KEY, FOREIGN = new_key(), new_key()
JWK = tokens.public_jwk(KEY.private)
HEADER, CLAIMS = header_of(KEY), claims_at(NOW)
CALLER = Caller(42, "session-1", 1, NOW + 600)
VALID = forged(HEADER, CLAIMS, KEY.private)
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def read(token: str, *, at: int = NOW) -> Caller:
    return tokens.verified(token, JWK, now=at * 1_000)


def with_header(**changes: Any) -> str:
    return forged(HEADER | changes, CLAIMS, KEY.private)


def with_claims(**changes: Any) -> str:
    return forged(HEADER, CLAIMS | changes, KEY.private)


def without_claim(name: str) -> str:
    return forged(HEADER, {each: CLAIMS[each] for each in CLAIMS if each != name}, KEY.private)


def as_json(value: dict[str, Any]) -> str:
    return json.dumps(value)


def signed_with_the_public_key() -> str:
    """The classic: HS256, with the public key's bytes as the shared secret."""
    pem = KEY.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signing_input = (
        f"{encoded(as_json(HEADER | {'alg': 'HS256'}).encode())}.{encoded(as_json(CLAIMS).encode())}"
    )
    return f"{signing_input}.{encoded(hmac.digest(pem, signing_input.encode(), hashlib.sha256))}"


def with_another_spelling_of(part: int) -> str:
    """Change bits of a part's last character that its bytes do not use."""
    parts = VALID.split(".")
    if len(parts[part]) % 4 == 0:
        pytest.fail("this part has no unused bits")
    last = ALPHABET.index(parts[part][-1])
    parts[part] = parts[part][:-1] + ALPHABET[last ^ 1]
    return ".".join(parts)


HEAD, BODY, SIGNATURE = VALID.split(".")
TWICE = as_json(CLAIMS)[:-1] + ', "sub": "43"}'

HOSTILE = {
    "nothing": "",
    "dots only": "..",
    "one part": HEAD,
    "two parts": f"{HEAD}.{BODY}",
    "an empty signature": f"{HEAD}.{BODY}.",
    "four parts": f"{VALID}.{SIGNATURE}",
    "five parts, as JWE": f"{HEAD}.{BODY}.{BODY}.{BODY}.{SIGNATURE}",
    "white space before": f" {VALID}",
    "a line end after": f"{VALID}\n",
    "a NUL inside": VALID[:40] + "\x00" + VALID[41:],
    "letters of another script": VALID[:40] + "\N{CYRILLIC SMALL LETTER A}" + VALID[41:],
    "half a surrogate pair": VALID[:40] + "\ud800" + VALID[41:],
    "padding": f"{VALID}=",
    "padding of each part": ".".join(part + "=" * (-len(part) % 4 or 4) for part in VALID.split(".")),
    "the other base64 alphabet": f"{HEAD}.{BODY}.{'+' * 42}/{SIGNATURE[43:]}",
    "ten megabytes": f"{HEAD}.{'A' * 10_000_000}.{SIGNATURE}",
    "ten megabytes of dots": "." * 10_000_000,
    "a signature of another spelling": with_another_spelling_of(2),
    "no algorithm": f"{encoded(as_json(HEADER | {'alg': 'none'}).encode())}.{BODY}.{SIGNATURE}",
    "no algorithm, genuinely signed": with_header(alg="none"),
    "no algorithm, oddly written": with_header(alg="nOnE"),
    "HS256 with the public key": signed_with_the_public_key(),
    "ES384 by name": with_header(alg="ES384"),
    "es256 in lower case": with_header(alg="es256"),
    "a list of algorithms": with_header(alg=["ES256"]),
    "no type": forged({"alg": "ES256", "kid": KEY.kid}, CLAIMS, KEY.private),
    "type JWT": with_header(typ="JWT"),
    "type of a refresh token": with_header(typ="rt+jwt"),
    "type in another case": with_header(typ="AT+JWT"),
    "no kid": forged({"alg": "ES256", "typ": "at+jwt"}, CLAIMS, KEY.private),
    "a foreign kid": with_header(kid=FOREIGN.kid),
    "an empty kid": with_header(kid=""),
    "a path as kid": with_header(kid="../../dev/null"),
    "a query as kid": with_header(kid="' OR 1=1 --"),
    "a border of keys as kid": with_header(kid="x#CURSOR"),
    "a number as kid": with_header(kid=1),
    "a list as kid": with_header(kid=[KEY.kid]),
    "an object as kid": with_header(kid={"$ne": ""}),
    "half a surrogate pair as kid": with_header(kid="\ud800"),
    "jku": with_header(jku="https://attacker.example/jwks.json"),
    "x5u": with_header(x5u="https://attacker.example/cert.pem"),
    "x5c": with_header(x5c=["MIIB"]),
    "jwk, genuinely signed by it": forged(
        HEADER | {"jwk": tokens.public_jwk(FOREIGN.private)}, CLAIMS, FOREIGN.private
    ),
    "crit": with_header(crit=["exp"]),
    "b64 off": with_header(b64=False, crit=["b64"]),
    "zip": with_header(zip="DEF"),
    "cty": with_header(cty="JWT"),
    "a header that is a list": forged("[]", CLAIMS, KEY.private),
    "a header that is null": forged("null", CLAIMS, KEY.private),
    "a header that is no JSON": forged("alg:ES256", CLAIMS, KEY.private),
    "a header in UTF-16": forged(as_json(HEADER).encode("utf-16"), CLAIMS, KEY.private),
    "a header that is no UTF-8": forged(b"\xff\xfe\xfd", CLAIMS, KEY.private),
    "a header with alg twice": forged(as_json(HEADER)[:-1] + ', "alg": "ES256"}', CLAIMS, KEY.private),
    "a deeply nested header": forged("[" * 1_000, CLAIMS, KEY.private),
    "a foreign key": forged(HEADER, CLAIMS, FOREIGN.private),
    "claims of one token, signature of another": f"{HEAD}.{with_claims(sub='43').split('.')[1]}.{SIGNATURE}",
    "a signature of zeros": f"{HEAD}.{BODY}.{encoded(bytes(64))}",
    "a signature cut short": f"{HEAD}.{BODY}.{SIGNATURE[:-4]}",
    "a signature in DER": f"{HEAD}.{BODY}.{encoded(KEY.private.sign(f'{HEAD}.{BODY}'.encode(), ec.ECDSA(SHA256())))}",
    "claims in UTF-16": forged(HEADER, as_json(CLAIMS).encode("utf-16"), KEY.private),
    "claims with a byte order mark": forged(HEADER, b"\xef\xbb\xbf" + as_json(CLAIMS).encode(), KEY.private),
    "claims that are a list": forged(HEADER, "[1]", KEY.private),
    "claims that are text": forged(HEADER, '"sub"', KEY.private),
    "claims that are empty": forged(HEADER, "{}", KEY.private),
    "claims nested deeply": forged(HEADER, '{"sub":' * 150 + "1" + "}" * 150, KEY.private),
    "a claim twice": forged(HEADER, TWICE, KEY.private),
    "NaN": forged(HEADER, as_json(CLAIMS | {"exp": float("nan")}), KEY.private),
    "Infinity": forged(HEADER, as_json(CLAIMS | {"exp": float("inf")}), KEY.private),
    "exp as text": with_claims(exp=str(NOW + 600)),
    "exp as a float": with_claims(exp=NOW + 600.0),
    "exp as 1e308": forged(
        HEADER, as_json(CLAIMS).replace(f'"exp": {NOW + 600}', '"exp": 1e308'), KEY.private
    ),
    "exp as true": with_claims(exp=True),
    "exp as null": with_claims(exp=None),
    "exp as an object": with_claims(exp={"$gt": 0}),
    "exp of 400 digits": with_claims(exp=10**400),
    "exp below zero": with_claims(exp=-1),
    "expired": with_claims(iat=NOW - 700, nbf=NOW - 700, exp=NOW - 100),
    "expired this second": with_claims(iat=NOW - 600, nbf=NOW - 600, exp=NOW),
    "expired before it was issued": with_claims(exp=NOW - 1),
    "not valid yet": with_claims(nbf=NOW + 100),
    "issued in the future": with_claims(iat=NOW + 100, nbf=NOW, exp=NOW + 600),
    "too long a life": with_claims(exp=NOW + tokens.LONGEST_LIFE + 1),
    "iat as text": with_claims(iat=str(NOW)),
    "nbf as false": with_claims(nbf=False),
    "an empty sub": with_claims(sub=""),
    "sub 0": with_claims(sub="0"),
    "sub -1": with_claims(sub="-1"),
    "sub with a space": with_claims(sub=" 1"),
    "sub with a line end": with_claims(sub="1\n"),
    "sub with a leading zero": with_claims(sub="042"),
    "sub in Arabic digits": with_claims(sub="\u0664\u0662"),
    "sub of 17 digits": with_claims(sub="1" * 17),
    "sub as a number": with_claims(sub=42),
    "sub as a list": with_claims(sub=["42"]),
    "sub null": with_claims(sub=None),
    "sub across a border of keys": with_claims(sub="42#PROFILE"),
    "a foreign audience": with_claims(aud="another-api"),
    "a list of audiences": with_claims(aud=["kith-api", "another-api"]),
    "an empty audience": with_claims(aud=""),
    "a foreign issuer": with_claims(iss="https://attacker.example"),
    "a list of issuers": with_claims(iss=["kith"]),
    "an empty jti": with_claims(jti=""),
    "jti as a number": with_claims(jti=1),
    "an empty sid": with_claims(sid=""),
    "sid null": with_claims(sid=None),
    "ver as text": with_claims(ver="1"),
    "ver as true": with_claims(ver=True),
    "one claim more": with_claims(admin=True),
    "a scope": with_claims(scope="admin"),
} | {f"no {name}": without_claim(name) for name in CLAIMS}


def test_a_token_written_by_hand_as_ours_are_is_accepted() -> None:
    assert read(VALID) == CALLER


@pytest.mark.parametrize("token", [pytest.param(token, id=name) for name, token in HOSTILE.items()])
def test_a_hostile_token_is_refused_as_unauthenticated_and_as_nothing_else(token: str) -> None:
    with pytest.raises(Unauthenticated):
        read(token)


def test_the_hostile_tokens_are_many_and_differ() -> None:
    assert len(set(HOSTILE.values())) == len(HOSTILE) > 100


def test_what_we_sign_we_accept() -> None:
    token = KEY.sign(CALLER, token_id="token-9", now=NOW * 1_000)  # a time with all its digits
    assert read(token) == CALLER
    assert tokens.key_id(token) == KEY.kid
    assert len(token) < tokens.LONGEST_TOKEN / 2


def test_a_token_lives_from_its_first_second_to_before_its_last() -> None:
    assert read(VALID, at=NOW + 599) == CALLER
    assert read(VALID, at=NOW - 5) == CALLER  # a signer's clock may be a little ahead
    for moment in (NOW - 6, NOW + 600, NOW + 10**6):
        with pytest.raises(Unauthenticated):
            read(VALID, at=moment)


@pytest.mark.parametrize("spaces", [0, 1, 2])
def test_no_other_spelling_of_the_claims_is_accepted_even_if_it_is_signed(spaces: int) -> None:
    claims = (as_json(CLAIMS) + " " * spaces).encode()
    body = encoded(claims)
    bodies = [body[:-1] + last for last in ALPHABET]
    spellings = [each for each in bodies if base64.urlsafe_b64decode(each + "==") == claims]
    accepted = []
    for spelling in spellings:
        signing_input = f"{HEAD}.{spelling}"
        try:
            read(f"{signing_input}.{encoded(es256(signing_input, KEY.private))}")
        except Unauthenticated:
            continue
        accepted.append(spelling)
    assert len(spellings) == {0: 1, 2: 16, 3: 4}[len(body) % 4]
    assert accepted == [body]


@given(st.integers(0, len(VALID) - 1), st.sampled_from(ALPHABET + ".=~ "))
def test_altering_any_one_character_makes_a_token_worthless(place: int, character: str) -> None:
    altered = VALID[:place] + character + VALID[place + 1 :]
    if altered == VALID:
        assert read(altered) == CALLER
        return
    with pytest.raises(Unauthenticated):
        read(altered)


@given(st.text(max_size=200) | st.text(st.sampled_from(ALPHABET + "."), max_size=200))
def test_no_text_at_all_raises_anything_else(token: str) -> None:
    with pytest.raises(Unauthenticated):
        read(token)


@given(
    st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=3)
)
def test_no_value_of_any_claim_raises_anything_else(value: Any) -> None:
    for name in CLAIMS:
        if value == CLAIMS[name]:
            continue
        try:
            accepted = read(with_claims(**{name: value}))
        except Unauthenticated:
            continue
        assert name in {"jti", "sid", "sub", "ver", "exp", "iat", "nbf"}
        assert type(value) is type(CLAIMS[name])
        assert accepted.user_id > 0


def pem(private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_a_signing_key_is_named_by_its_thumbprint_and_shows_its_public_half_only() -> None:
    key = SigningKey.from_pem(pem(KEY.private))
    assert key.kid == KEY.kid == JWK["kid"] != FOREIGN.kid
    assert set(JWK) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    thumbprint = json.dumps({each: JWK[each] for each in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    assert key.kid == encoded(hashlib.sha256(thumbprint.encode()).digest())


@pytest.mark.parametrize(
    "private",
    [
        ec.generate_private_key(ec.SECP384R1()),
        rsa.generate_private_key(public_exponent=65_537, key_size=2_048),
    ],
    ids=["P-384", "RSA"],
)
def test_no_other_kind_of_key_signs(private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    with pytest.raises(ValueError, match="P-256"):
        SigningKey.from_pem(pem(private))
