"""Reading and checking of CMS SignedData (RFC 5652) with CAdES-BES attributes (ETSI EN 319 122-1)."""
