"""Signing and time-stamping as plain states: what is wanted, what was answered.

No format, no network and no key is known here: a driver brings the format as a value and
answers what a session wants.

Spec: EN 319 102-1 §4
"""
