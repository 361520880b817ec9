"""BER read as it came, DER written; nothing is ever decoded and encoded again.

The reader gives views over one shared ``bytes``: an element knows where its octets lie,
so what was hashed or signed is always the octets that arrived.

Spec: ITU-T X.690
"""
