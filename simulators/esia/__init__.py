"""ЕСИА's simulator: a process of its own, with the protocol of the real one as far as live clients show it."""
