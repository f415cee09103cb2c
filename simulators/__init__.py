"""Stand-ins for outside systems in development: ЕСИА, the CryptoPro plug-in, a demo CA. Nothing of production imports them."""
