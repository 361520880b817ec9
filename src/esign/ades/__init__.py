"""The model of a signature and the seams between rooms; no format, no judgement, no I/O."""
