"""Measured claims of the project: ``python -m benchmarks`` takes them and prints a table."""
