"""The version of this library, named in every report."""

__version__ = "0.1.0"
