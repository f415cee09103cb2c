"""A stand-in for the CryptoPro browser plug-in: the server side of static/js/dev_cadesplugin.js."""
