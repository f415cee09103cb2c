"""The СОУТ report as a document: container, form, dataclasses, places. No Django, no models."""
