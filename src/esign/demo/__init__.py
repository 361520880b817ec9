"""The whole job on one machine: an embedded test PKI, real documents, verdicts for a clerk.

``pki`` makes keys and certificates at run time, ``servers`` puts OCSP, CRLs and issuer
certificates on loopback, ``documents`` makes the three documents and tampers with them,
``run`` tells the story. Nothing here is for production: every key is thrown away.
"""
