from django.http import HttpResponse
from core.doors import door
@door(read=["GET"])
def protocol(request, uid, ordinal):
    return HttpResponse("")
