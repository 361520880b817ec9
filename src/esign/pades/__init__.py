"""PAdES: signatures in PDF documents, and their time-stamps.

The reader is our own and strict: what two PDF readers could see differently is refused.
The writer only ever appends::

    slot = PADES.open_slot(document, request, budget)
    signed = PADES.fill(slot, signer.sign(slot.octets, request.algorithm))

Spec: EN 319 142-1, ISO 32000-1 §12.8
"""
