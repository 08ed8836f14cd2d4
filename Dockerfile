# One image for web, workers, scheduler and migration; docker-compose.yml says which command each runs.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CONCENTRIC_MODE=production \
    CONCENTRIC_DATA_DIR=/data

RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin concentric \
    && install -d -o concentric -g concentric /data

WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY . .
RUN python -m compileall -q .
# Styles belong to the image, not to the data volume. Production mode would ask for a key and hosts first.
ENV CONCENTRIC_STATIC_DIR=/app/staticfiles
RUN CONCENTRIC_MODE=embedded CONCENTRIC_DATA_DIR=/tmp/build \
    python manage.py collectstatic --no-input --verbosity 0 && rm -rf /tmp/build

USER concentric
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "deploy/healthy.py", "web"]
CMD ["granian", "config.wsgi:application", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "8", "--no-ws", "--log-level", "error", "--respawn-failed-workers"]
