"""Bistro, a Python web framework without dependencies, built from the socket up."""
