from django.http import HttpResponse
from core.doors import door
@door(read=["GET"])
def workplace(request, uid, ordinal):
    return HttpResponse("")
