"""The one judge of every format: EN 319 102-1 clause 5, one module per building block.

Facts (:class:`~esign.ades.signature.AdESSignature`) and evidence go in, a report comes out;
nothing here reads a file, asks a clock or contacts anybody.

Spec: EN 319 102-1 §5
"""
