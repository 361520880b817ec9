"""The calls of the public API, and the drivers that answer what the core wants.

The core states what it wants; a driver here answers, once synchronously (:mod:`.drivers`)
and once awaited (:mod:`esign.aio`). Both share everything else.
"""
