"""Faces over HTTP: services that answer other machines."""
