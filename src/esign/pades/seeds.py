"""What the author of an empty signature field demands of whoever fills it.

What is demanded and not honoured is refused by name; what is only recommended is left.

Spec: ISO 32000-1 §12.7.4.5, tables 233 (lock) and 234 (seed value)
"""

from __future__ import annotations

from esign.ades.format import SignatureRequest
from esign.errors import CreationError
from esign.pades.fields import SignatureField
from esign.pades.file import View
from esign.pades.objects import Dictionary, Name, Value, as_text

_REQUIRED = {"Filter": 1, "SubFilter": 2, "Reasons": 8, "DigestMethod": 64}
"""Bits of /Ff that make an entry binding and that can be honoured."""
_NOT_HONOURED = {
    "LegalAttestation": 16,
    "AddRevInfo": 32,
    "LockDocument": 128,
    "AppearanceFilter": 256,
}
_VERSION_BIT, _NEWEST = 4, 3


def require_honoured(view: View, field: SignatureField, request: SignatureRequest) -> None:
    """Raise unless the signature to be made meets the field's seed values and lock.

    Raises:
        CreationError: naming the demand.
    """
    _require_seeds(view, field.name, view.dictionary(field.dictionary.get("SV")), request)
    lock = view.dictionary(field.dictionary.get("Lock"))
    if "P" in lock:
        raise _refused(field.name, "Lock/P", "restricting later changes to the whole document")
    if lock and view.resolve(lock.get("Action")) not in ("All", "Include", "Exclude"):
        raise _refused(field.name, "Lock/Action", "an unknown kind of lock")


def field_lock(view: View, field: SignatureField) -> Dictionary | None:
    """Return the /Reference entry that carries out the field's lock, if it has one.

    Spec: ISO 32000-1 §12.8.2.4 (FieldMDP), table 256
    """
    lock = view.dictionary(field.dictionary.get("Lock"))
    if not lock:
        return None
    parameters: Dictionary = {
        "Type": Name("TransformParams"),
        "Action": view.resolve(lock.get("Action")),
        "V": Name("1.2"),
    }
    names = [view.resolve(name) for name in view.list(lock.get("Fields"))]
    if names:
        parameters["Fields"] = names
    return {
        "Type": Name("SigRef"),
        "TransformMethod": Name("FieldMDP"),
        "TransformParams": parameters,
        "Data": view.trailer.get("Root"),
    }


def _require_seeds(view: View, name: str, seeds: Dictionary, request: SignatureRequest) -> None:
    flags = view.resolve(seeds.get("Ff", 0))
    required = flags if isinstance(flags, int) else 0
    for key, bit in _NOT_HONOURED.items():
        if required & bit and key in seeds:
            raise _refused(name, f"SV/{key}", "something that is not made here")
    version = view.resolve(seeds.get("V", 0))
    if required & _VERSION_BIT and not (isinstance(version, int | float) and version <= _NEWEST):
        raise _refused(name, "SV/V", "a newer version of seed values")
    if "MDP" in seeds:
        permission = view.dictionary(seeds.get("MDP")).get("P")
        if permission != 0:  # 0 asks for an ordinary approval signature
            raise _refused(name, "SV/MDP", "a certification signature")
    certificates = view.dictionary(seeds.get("Cert"))
    if view.resolve(certificates.get("Ff", 0)) != 0:
        raise _refused(name, "SV/Cert", "certain certificates")
    stamp = view.dictionary(seeds.get("TimeStamp"))
    if view.resolve(stamp.get("Ff", 0)) == 1 and not request.timestamp_reserve:
        raise _refused(name, "SV/TimeStamp", "a time-stamp; sign with level T")
    wanted = {
        "Filter": "Adobe.PPKLite",
        "SubFilter": "ETSI.CAdES.detached",
        "Reasons": request.pdf.reason or "",
        "DigestMethod": request.digest_algorithm.name,
    }
    for key, bit in _REQUIRED.items():
        if required & bit and key in seeds and wanted[key] not in _texts(view, seeds[key]):
            raise _refused(name, f"SV/{key}", ", ".join(_texts(view, seeds[key])))


def _texts(view: View, value: Value) -> tuple[str, ...]:
    resolved = view.resolve(value)
    items = resolved if isinstance(resolved, list) else [resolved]
    found = (view.resolve(item) for item in items)
    return tuple(str(item) if isinstance(item, Name) else as_text(item) or "" for item in found)


def _refused(name: str, entry: str, demand: str) -> CreationError:
    return CreationError(
        "The signature field {field} demands ({entry}): {demand}. This cannot be honoured; "
        "choose another field.",
        field=name,
        entry=entry,
        demand=demand,
    )
