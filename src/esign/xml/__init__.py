"""XML as it is signed: a parser that refuses traps, canonicalisation, references.

The only room that imports lxml. Everything works on the one tree that was parsed from the
document: nothing is copied to be canonicalised, because a copy loses the context (inherited
namespaces, ``xml:*`` attributes, what stands around the root) that the octets depend on.

Spec: W3C XML Signature Syntax and Processing 1.1
"""
