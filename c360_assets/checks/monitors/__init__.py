"""Monitors of what data usually look like. They warn and never block. One file per subject."""
