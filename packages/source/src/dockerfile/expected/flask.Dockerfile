# This is Python Flask (requirements.txt), started by app in app.py.
# python 3.13: nothing asks for another

# The packages, apart from the sources: this stage is kept while what names them stays the same.
FROM python:3.13-slim AS packages
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev \
 && rm -rf /var/lib/apt/lists/*
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
ENV VIRTUAL_ENV=/venv PATH=/venv/bin:$PATH
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt gunicorn

# What runs.
FROM python:3.13-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpq5 \
 && rm -rf /var/lib/apt/lists/*
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT=8000 PATH=/venv/bin:$PATH
RUN useradd --system --create-home app && mkdir /app && chown app:app /app
WORKDIR /app
COPY --from=packages /venv /venv
COPY --chown=app:app . .
USER app
EXPOSE 8000
CMD ["gunicorn", "app:app"]
