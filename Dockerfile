# The production image: web server, workers and beat differ by command only (docker-compose.yml).

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy VIRTUAL_ENV=/venv
WORKDIR /build
COPY requirements/bootstrap.txt requirements/runtime.txt ./
RUN python -m venv /tools /venv \
    && /tools/bin/pip install --no-cache-dir --require-hashes -r bootstrap.txt \
    && /tools/bin/uv pip install --no-cache --require-hashes -r runtime.txt
WORKDIR /app
COPY . .
# Names and content of static files are fixed here (compressed, with a manifest). The values are for this command only.
RUN DJANGO_SETTINGS_MODULE=lkot.settings.production LKOT_STATIC_ROOT=/app/static-built LKOT_STATE_DIR=/tmp \
    SECRET_KEY=only-for-collecting-static-files JOURNAL_KEY=only-for-collecting-static-files \
    /venv/bin/python manage.py collectstatic --noinput --verbosity 0


FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core libengine-gost-openssl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /var/lib/lkot --create-home lkot
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=lkot.settings.production \
    LKOT_STATIC_ROOT=/app/static-built \
    LKOT_STATE_DIR=/var/lib/lkot
WORKDIR /app
USER lkot
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "lkot.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "3", "--threads", "8", "--timeout", "120", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", \
     "--logger-class", "lkot.web_logs.PathsOnly"]
