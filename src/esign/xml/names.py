"""Namespaces and URIs of XML Signature, in the spelling of the specifications.

Spec: W3C XML Signature 1.1 §1.3, §6.1
"""

from __future__ import annotations

from typing import Final

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
DS_PREFIX: Final = "{" + DS + "}"
XML: Final = "http://www.w3.org/XML/1998/namespace"
WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"

C14N_10: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
C14N_11: Final = "http://www.w3.org/2006/12/xml-c14n11"
C14N_EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"

TRANSFORM_ENVELOPED: Final = DS + "enveloped-signature"
TRANSFORM_BASE64: Final = DS + "base64"
TRANSFORM_XPATH: Final = "http://www.w3.org/TR/1999/REC-xpath-19991116"
TRANSFORM_FILTER2: Final = "http://www.w3.org/2002/06/xmldsig-filter2"
TRANSFORM_XSLT: Final = "http://www.w3.org/TR/1999/REC-xslt-19991116"

TYPE_OBJECT: Final = DS + "Object"
TYPE_MANIFEST: Final = DS + "Manifest"

ID_ATTRIBUTES: Final = ("Id", "ID", "id", "{" + XML + "}id", "{" + WSU + "}Id")
"""What a same-document reference may name an element by; a name that two elements carry,
even under different spellings, is ambiguous."""


def ds(local: str) -> str:
    """Return the Clark name of an element of XML Signature."""
    return DS_PREFIX + local
