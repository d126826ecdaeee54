"""Monitors of what data usually look like: they warn, and never block. One file per subject."""
