"""Trusted lists: read, checked, kept, made; what they say becomes anchors with windows.

A list says which services its scheme operator vouches for, and since when. It is read
(:mod:`~esign.trustlists.reading`), its signature is judged against signers announced
elsewhere (:mod:`~esign.trustlists.checking`), and the checked lists become one snapshot
(:mod:`~esign.trustlists.snapshot`), whose anchors go into a trust store.

Spec: TS 119 612, TS 119 615
"""
