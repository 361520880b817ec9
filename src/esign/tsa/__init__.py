"""Time-stamping: the messages of RFC 3161, tokens read and made, a client, an issuer.

A token is a CMS signature over a TSTInfo and is judged like every other signature; this
package states its facts. What a client checks here is only that an answer belongs to its
request::

    client = TimestampClient("https://tsa.example/", transport=transport)
    token = parse_token(client.timestamp(digest, digest_by_name("SHA256"), budget), budget)

Spec: RFC 3161, RFC 5816, EN 319 422
"""
