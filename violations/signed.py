"""What «Контроль» has signed, told to `signatures`: who reads a protocol reads its signature."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse

from signatures.models import Signature
from signatures.purposes import register_purpose
from violations.protocols.actions.applying import PURPOSE
from violations.protocols.models import CommissionProtocol
from violations.protocols.selectors import READERS


def _page(signature: Signature) -> str:
    protocol = CommissionProtocol.objects.filter(signature=signature).values_list("uid", flat=True).first()
    return reverse("violations:protocol", args=[protocol]) if protocol is not None else ""


def _rows(acting: Any) -> Q:
    return Q(pk__in=CommissionProtocol.objects.visible_to(acting).values("signature"))


register_purpose(PURPOSE, label="Протокол решения комиссии СОУТ", read_rights=READERS, page=_page, rows=_rows)
