"""The wing of occupational safety training: the registry of trained persons. Empty until its first capability is built."""
