"""The apps: one file each says what is on its screen; the parts are shared."""
