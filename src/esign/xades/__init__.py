"""XAdES: what an XML signature says, what it covers, and how one is made.

Spec: ETSI EN 319 132-1
"""
