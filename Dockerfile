# syntax=docker/dockerfile:1
# embedadapt as a command, in two stages: the first installs, the second holds only what runs.
#
#   docker build -t embedadapt .
#   docker run --rm -v "$PWD:/data" embedadapt oov vectors.txt texts/
#
# EXTRAS installs optional parts: docker build --build-arg EXTRAS=docs -t embedadapt .

ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
ARG EXTRAS=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/embedadapt
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY embedadapt ./embedadapt
RUN /opt/embedadapt/bin/pip install --only-binary :all: --no-binary embedadapt ".${EXTRAS:+[$EXTRAS]}"

FROM python:${PYTHON}-slim
COPY --from=build /opt/embedadapt /opt/embedadapt
# Kernels are compiled at their first use and kept here; mount a volume to keep them between runs.
ENV PATH=/opt/embedadapt/bin:$PATH NUMBA_CACHE_DIR=/var/cache/embedadapt PYTHONUNBUFFERED=1
RUN useradd --create-home --uid 1000 embedadapt \
    && install -d -o embedadapt -g embedadapt /var/cache/embedadapt /data
USER 1000
WORKDIR /data
ENTRYPOINT ["embedadapt"]
CMD ["--help"]
