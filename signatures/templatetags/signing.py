"""``{% signing_panel %}``: with what to sign, and the form that sends the signature."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static

from signatures.forms import SignatureForm

register = template.Library()

# A fixed path of the development server: production code does not know the simulators.
DEMO_PLUGIN = "js/dev_cadesplugin.js"


def plugin_script() -> str:
    """Address of the script that makes ``window.cadesplugin``; empty where only files are accepted."""
    if settings.LKOT_DEMO_SIGNER:
        return static(DEMO_PLUGIN)
    return str(settings.CADES_PLUGIN_URL)


@register.inclusion_tag("signatures/_signing_panel.html", takes_context=True)
def signing_panel(
    context: template.Context,
    *,
    form: SignatureForm,
    document_url: str,
    action: str = "",
    button: str = "Подписать и отправить",
    personal: bool = False,
    purpose: str = "",
) -> dict[str, Any]:
    """Render the panel; ``document_url`` answers with exactly the bytes to be signed.

    ``action``: where the signature is posted, the page itself by default.  ``button``: the words on
    the button, a verb.  ``personal``: who signs does so as himself, by any certificate of his.
    ``purpose``: what is signed, a code of ``signatures.purposes``.
    """
    return {
        "form": form,
        "document_url": document_url,
        "action": action,
        "button": button,
        "personal": personal,
        "purpose": purpose,
        "plugin_script": plugin_script(),
        "request": context.get("request"),
        "csrf_token": context.get("csrf_token"),
    }
