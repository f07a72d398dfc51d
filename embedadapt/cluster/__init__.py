"""Engines of several processes or machines."""
