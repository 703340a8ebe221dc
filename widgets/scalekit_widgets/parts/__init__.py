"""Shared parts that every app is made of: controls, drawers, exports, pins, links."""
