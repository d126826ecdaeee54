"""Monitors compare data with what it usually looks like. They warn and never block. One file per subject."""
