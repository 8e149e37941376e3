# syntax=docker/dockerfile:1

FROM python:3.12-slim AS build
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.12-slim
RUN useradd --system --create-home --home-dir /data baton
COPY --from=build /venv /venv
WORKDIR /baton
COPY alembic alembic
COPY bot bot
COPY handlers handlers
COPY locales locales
COPY relay relay
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATABASE_URL=sqlite:////data/baton.db
USER baton
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ.get('HTTP_PORT', '8080')}/health\", timeout=4)"]
CMD ["sh", "-c", "python -m bot migrate && exec python -m bot run"]
