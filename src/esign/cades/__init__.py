"""CAdES: CMS signatures in files of their own, with the content inside or beside them."""
