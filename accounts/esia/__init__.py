"""Sign-in through ЕСИА («Госуслуги»): a django-allauth provider, and the second, silent authorization for an organization."""
