"""Signers: private keys and how they are reached. Nothing else in the library holds one."""
