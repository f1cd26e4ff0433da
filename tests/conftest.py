"""Makes the helpers that stand in this folder importable from every test."""
