from django.http import HttpResponse
from core.doors import door
@door(write=["POST"])
def reveal_snils(request, uid, ordinal):
    return HttpResponse("")
