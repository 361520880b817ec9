"""Certificates, CRLs and OCSP responses, trust anchors, and paths between them.

Spec: RFC 5280, RFC 6960
"""
