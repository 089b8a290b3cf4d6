FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/app/staticfiles DATA_DIR=/data
WORKDIR /app

COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY manage.py ./
COPY config config
COPY apps apps
COPY templates templates
COPY static static

# The names of static files hold their content's hash, so they are made once, here. Nothing below is a secret in use.
RUN EMBEDDED=0 HTTPS=1 DATABASE_URL=postgresql://build@localhost/build ALLOWED_HOSTS=localhost \
    BASE_URL=https://localhost SECRET_KEY=only-to-collect-static-files-0123456789-0123456789 \
    python manage.py collectstatic --no-input --verbosity 0 \
    && useradd --system --uid 10001 --home-dir /data --no-create-home ballast \
    && install -d -o ballast -g ballast /data /data/media

USER ballast
VOLUME /data
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--port", "8000"]
