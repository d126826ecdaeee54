# The project with Dagster's webserver and daemon: stage `sail` (the default engine), stage `spark` (with Java 17).
#   docker build --target sail --tag customer360:sail .
# How to run it with PostgreSQL: docker/README.md.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /opt/customer360
RUN python -m venv /opt/venv
# The packages first, pinned: this layer is built again only when the pins or pyproject.toml change. What comes as source
# is built with the pinned setuptools.
COPY pyproject.toml requirements.lock README.md LICENSE ./
RUN /opt/venv/bin/pip install "$(grep '^setuptools==' requirements.lock)" \
    && /opt/venv/bin/pip install --use-pep517 --no-build-isolation --constraint requirements.lock '.[openlineage,postgres,s3]'
COPY . .
RUN /opt/venv/bin/pip install --use-pep517 --no-build-isolation --no-deps --editable . \
    && /opt/venv/bin/python -m compileall -q .

FROM python:3.11-slim-bookworm AS sail
ENV PATH=/opt/venv/bin:$PATH \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    DAGSTER_HOME=/opt/dagster \
    DAGSTER_EVENT_BATCH_SIZE=500 \
    C360_LANDING=/data/landing \
    C360_LAKE=/data/lake
# Code belongs to root; the account that runs it may write to the lake and Dagster's home only.
RUN groupadd --gid 10001 c360 \
    && useradd --uid 10001 --gid c360 --create-home --shell /usr/sbin/nologin c360 \
    && install -d -o c360 -g c360 -m 0750 /data/landing /data/lake /opt/dagster /opt/dagster/storage
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/customer360 /opt/customer360
WORKDIR /opt/customer360
USER 10001:10001
ENTRYPOINT ["/opt/customer360/docker/entrypoint.sh"]
CMD ["c360", "--help"]

FROM sail AS spark
ENV C360_ENGINE=spark
USER 0
# Debian 12 has one Java 17, and keeps it up to date with fixes for security.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends openjdk-17-jre-headless \
    && rm -rf /var/lib/apt/lists/*
USER 10001:10001
