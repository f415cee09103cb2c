"""The life of a commission protocol («Протокол решения комиссии СОУТ»). Signing and sending are one step for the user, and the
decision is applied in the same transaction."""

from __future__ import annotations

from django.db import models


class ProtocolState(models.TextChoices):
    DRAFT = "draft", "Черновик"
    SIGNING = "signing", "Ждёт подписи"
    APPLIED = "applied", "Отправлен, решение применено"
    WITHDRAWN = "withdrawn", "Черновик удалён"


# Not sent yet: proposals of numbers look at these. A draft made from flags or by hand takes no workplace that stands in one of
# them; an imported one may, and says so in its notes.
OPEN = (ProtocolState.DRAFT, ProtocolState.SIGNING)

MOVES = {
    "freeze": ({ProtocolState.DRAFT}, ProtocolState.SIGNING),
    "edit": ({ProtocolState.SIGNING}, ProtocolState.DRAFT),
    "apply": ({ProtocolState.SIGNING}, ProtocolState.APPLIED),
    "withdraw": ({ProtocolState.DRAFT, ProtocolState.SIGNING}, ProtocolState.WITHDRAWN),
}
