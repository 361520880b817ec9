"""RFC 5652 SignedData read as it came and written as DER; shared by CAdES, PAdES and tokens."""
