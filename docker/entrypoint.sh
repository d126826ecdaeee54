#!/bin/sh
# Prepares Dagster's home, then runs the command: c360, dagster-webserver or dagster-daemon.
set -eu

# A secret file keeps the password out of the container's description; Dagster reads it from the environment.
if [ -n "${DAGSTER_PG_PASSWORD_FILE:-}" ]; then
    DAGSTER_PG_PASSWORD=$(cat "$DAGSTER_PG_PASSWORD_FILE")
    export DAGSTER_PG_PASSWORD
fi

# Dagster's settings are the project's own, with their block for PostgreSQL switched on where a host is named.
# A dagster.yaml that is mounted stays as it is.
settings="$DAGSTER_HOME/dagster.yaml"
if [ ! -e "$settings" ]; then
    template=$(dirname "$0")/../resources/dagster.yaml
    if [ -n "${DAGSTER_PG_HOST:-}" ]; then
        sed '/^# storage:/,$ s/^# //' "$template" >"$settings"
    else
        cp "$template" "$settings"
    fi
fi

exec "$@"
