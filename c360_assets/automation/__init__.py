"""What Dagster runs by itself, or from the launchpad: jobs, schedules and sensors."""
