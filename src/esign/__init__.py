"""Signatures that hold for decades, and verdicts that give their reasons."""
