"""Stand-ins for outside systems in development: ЕСИА, the CryptoPro plug-in, a demo CA. Production cannot import them."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

try:
    _installed = settings.INSTALLED_APPS
except ImproperlyConfigured:
    _installed = ["simulators"]  # no settings at all: a tool from the command line

if "simulators" not in _installed:
    raise ImportError("The simulators are for development: these settings do not install them.")
