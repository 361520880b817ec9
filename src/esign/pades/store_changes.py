"""The document security store of a later revision: validation material and nothing else.

Spec: EN 319 142-1 §5.4.2
"""

from __future__ import annotations

from esign.pades.ledger import Ledger
from esign.pades.objects import Dictionary, Ref, Stream, Value

_DSS_KEYS = frozenset(("Type", "VRI", "Certs", "OCSPs", "CRLs"))
_VRI_KEYS = frozenset(("Type", "Cert", "OCSP", "CRL", "TU", "TS"))


def check_security_store(ledger: Ledger) -> None:
    """Account for the store: dictionaries, arrays and new streams in their places.

    Spec: EN 319 142-1 §5.4.2
    """
    value = ledger.new.catalog.get("DSS")
    if value is None:
        if ledger.old.catalog.get("DSS") is not None:
            ledger.refuse("The document security store was removed.")
        return
    store = _role(ledger, value, _DSS_KEYS)
    for key in ("Certs", "OCSPs", "CRLs"):
        _streams(ledger, store.get(key))
    for key, entry in _role(ledger, store.get("VRI"), None).items():
        if key == "Type":
            continue
        related = _role(ledger, entry, _VRI_KEYS)
        for name in ("Cert", "OCSP", "CRL"):
            _streams(ledger, related.get(name))
        ledger.closure(related.get("TS"))


def _role(ledger: Ledger, value: Value, keys: frozenset[str] | None) -> Dictionary:
    ledger.container(value)
    resolved = ledger.new.resolve(value)
    if resolved is not None and not isinstance(resolved, dict):
        ledger.refuse("The document security store holds something else.")
    dictionary = resolved if isinstance(resolved, dict) else {}
    if keys is not None and dictionary.keys() - keys:
        ledger.refuse("The document security store holds something else.")
    return dictionary


def _streams(ledger: Ledger, value: Value) -> None:
    ledger.container(value)
    for item in ledger.new.list(value):
        if isinstance(item, Ref) and item.number in ledger.added:
            if not isinstance(ledger.new.numbered(item.number), Stream):
                ledger.refuse("The document security store holds something else.")
            ledger.closure(item)
