"""Figures of the apps: persistent Bokeh sources that are patched; they know no maths."""
