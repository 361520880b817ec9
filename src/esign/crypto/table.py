"""The rows of the algorithm table, as plain data; :mod:`.algorithms` makes objects of them.

Spec: RFC 5754, RFC 4055, RFC 8702, RFC 9231, FIPS 202, BSI TR-03111
"""

from __future__ import annotations

MGF1 = "1.2.840.113549.1.1.8"
PSS = "1.2.840.113549.1.1.10"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
MORE_2007 = "http://www.w3.org/2007/05/xmldsig-more#"
MORE_2021 = "http://www.w3.org/2021/04/xmldsig-more#"
ENC = "http://www.w3.org/2001/04/xmlenc#"
NIST_HASH = "2.16.840.1.101.3.4.2."
NIST_SIGNATURE = "2.16.840.1.101.3.4.3."
PKCS1 = "1.2.840.113549.1.1."
X962 = "1.2.840.10045.4."
PLAIN = "0.4.0.127.0.7.1.1.4.1."

# name, hashlib name, OID, URI, octets, may sign
DIGEST_ROWS: tuple[tuple[str, str, str, str | None, int, bool], ...] = (
    ("SHA256", "sha256", NIST_HASH + "1", ENC + "sha256", 32, True),
    ("SHA384", "sha384", NIST_HASH + "2", MORE + "sha384", 48, True),
    ("SHA512", "sha512", NIST_HASH + "3", ENC + "sha512", 64, True),
    ("SHA3-256", "sha3_256", NIST_HASH + "8", MORE_2007 + "sha3-256", 32, True),
    ("SHA3-384", "sha3_384", NIST_HASH + "9", MORE_2007 + "sha3-384", 48, True),
    ("SHA3-512", "sha3_512", NIST_HASH + "10", MORE_2007 + "sha3-512", 64, True),
    ("SHAKE256", "shake_256", NIST_HASH + "12", None, 64, True),
    ("SHAKE128", "shake_128", NIST_HASH + "11", None, 32, False),
    ("SHA224", "sha224", NIST_HASH + "4", MORE + "sha224", 28, False),
    ("SHA3-224", "sha3_224", NIST_HASH + "7", MORE_2007 + "sha3-224", 28, False),
    ("SHA512-224", "sha512_224", NIST_HASH + "5", None, 28, False),
    ("SHA512-256", "sha512_256", NIST_HASH + "6", None, 32, False),
    ("SHA1", "sha1", "1.3.14.3.2.26", DSIG + "sha1", 20, False),
    ("RIPEMD160", "ripemd160", "1.3.36.3.2.1", ENC + "ripemd160", 20, False),
    ("MD5", "md5", "1.2.840.113549.2.5", MORE + "md5", 16, False),
)

# scheme, digest, OID, URI. PSS shares one OID; its row is found by parameters instead.
SIGNATURE_ROWS: tuple[tuple[str, str, str, str | None], ...] = (
    ("RSA_PKCS1", "SHA256", PKCS1 + "11", MORE + "rsa-sha256"),
    ("RSA_PKCS1", "SHA384", PKCS1 + "12", MORE + "rsa-sha384"),
    ("RSA_PKCS1", "SHA512", PKCS1 + "13", MORE + "rsa-sha512"),
    ("RSA_PSS", "SHA256", PSS, MORE_2007 + "sha256-rsa-MGF1"),
    ("RSA_PSS", "SHA384", PSS, MORE_2007 + "sha384-rsa-MGF1"),
    ("RSA_PSS", "SHA512", PSS, MORE_2007 + "sha512-rsa-MGF1"),
    ("RSA_PKCS1", "SHA3-256", NIST_SIGNATURE + "14", None),
    ("RSA_PKCS1", "SHA3-384", NIST_SIGNATURE + "15", None),
    ("RSA_PKCS1", "SHA3-512", NIST_SIGNATURE + "16", None),
    ("RSA_PSS", "SHA3-256", PSS, MORE_2007 + "sha3-256-rsa-MGF1"),
    ("RSA_PSS", "SHA3-384", PSS, MORE_2007 + "sha3-384-rsa-MGF1"),
    ("RSA_PSS", "SHA3-512", PSS, MORE_2007 + "sha3-512-rsa-MGF1"),
    ("RSA_PKCS1", "SHA224", PKCS1 + "14", MORE + "rsa-sha224"),
    ("RSA_PKCS1", "SHA3-224", NIST_SIGNATURE + "13", None),
    ("RSA_PKCS1", "SHA512-224", PKCS1 + "15", None),
    ("RSA_PKCS1", "SHA512-256", PKCS1 + "16", None),
    ("RSA_PKCS1", "SHA1", PKCS1 + "5", DSIG + "rsa-sha1"),
    ("RSA_PKCS1", "RIPEMD160", "1.3.36.3.3.1.2", MORE + "rsa-ripemd160"),
    ("RSA_PKCS1", "MD5", PKCS1 + "4", MORE + "rsa-md5"),
    ("RSA_PSS", "SHA224", PSS, MORE_2007 + "sha224-rsa-MGF1"),
    ("RSA_PSS", "SHA3-224", PSS, MORE_2007 + "sha3-224-rsa-MGF1"),
    ("RSA_PSS", "SHA1", PSS, MORE_2007 + "sha1-rsa-MGF1"),
    ("ECDSA", "SHA256", X962 + "3.2", MORE + "ecdsa-sha256"),
    ("ECDSA", "SHA384", X962 + "3.3", MORE + "ecdsa-sha384"),
    ("ECDSA", "SHA512", X962 + "3.4", MORE + "ecdsa-sha512"),
    ("ECDSA", "SHA3-256", NIST_SIGNATURE + "10", MORE_2021 + "ecdsa-sha3-256"),
    ("ECDSA", "SHA3-384", NIST_SIGNATURE + "11", MORE_2021 + "ecdsa-sha3-384"),
    ("ECDSA", "SHA3-512", NIST_SIGNATURE + "12", MORE_2021 + "ecdsa-sha3-512"),
    ("ECDSA", "SHA224", X962 + "3.1", MORE + "ecdsa-sha224"),
    ("ECDSA", "SHA3-224", NIST_SIGNATURE + "9", MORE_2021 + "ecdsa-sha3-224"),
    ("ECDSA", "SHA1", X962 + "1", MORE + "ecdsa-sha1"),
    ("ECDSA", "RIPEMD160", "1.3.36.3.3.2.2", MORE_2007 + "ecdsa-ripemd160"),
    ("PLAIN_ECDSA", "SHA1", PLAIN + "1", None),
    ("PLAIN_ECDSA", "SHA224", PLAIN + "2", None),
    ("PLAIN_ECDSA", "SHA256", PLAIN + "3", None),
    ("PLAIN_ECDSA", "SHA384", PLAIN + "4", None),
    ("PLAIN_ECDSA", "SHA512", PLAIN + "5", None),
    ("PLAIN_ECDSA", "RIPEMD160", PLAIN + "6", None),
    ("DSA", "SHA1", "1.2.840.10040.4.3", DSIG + "dsa-sha1"),
    ("DSA", "SHA224", NIST_SIGNATURE + "1", None),
    ("DSA", "SHA256", NIST_SIGNATURE + "2", "http://www.w3.org/2009/xmldsig11#dsa-sha256"),
    ("DSA", "SHA384", NIST_SIGNATURE + "3", None),
    ("DSA", "SHA512", NIST_SIGNATURE + "4", None),
)
