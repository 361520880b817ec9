"""Algorithms, raw signatures and cryptographic suites with dates."""
