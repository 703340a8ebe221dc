"""View-models: the state of an app, and what follows from it; no server, no figure."""
