"""The rulebooks of the electronic quality check: pure Python, no Django, no models."""
