# This is Node.js Vite (package.json), npm, built into dist, served by nginx.
# node 26: nothing asks for another

# The packages, apart from the sources: this stage is kept while what names them stays the same.
FROM node:26-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund

# The build, with the development packages too.
FROM packages AS build
COPY . .
RUN npm run build

# What runs: a web server without rights, which can listen on high ports only.
FROM nginx:stable
RUN printf '%s\n' \
      'worker_processes 2;' \
      'pid /tmp/nginx.pid;' \
      'events {}' \
      'http {' \
      '  include mime.types;' \
      '  default_type application/octet-stream;' \
      '  client_body_temp_path /tmp/client_body;' \
      '  proxy_temp_path /tmp/proxy;' \
      '  fastcgi_temp_path /tmp/fastcgi;' \
      '  uwsgi_temp_path /tmp/uwsgi;' \
      '  scgi_temp_path /tmp/scgi;' \
      '  sendfile on;' \
      '  gzip on;' \
      '  gzip_types text/css text/javascript application/javascript application/json image/svg+xml;' \
      '  server {' \
      '    listen 8080;' \
      '    root /usr/share/nginx/html;' \
      '    absolute_redirect off;' \
      '    add_header Cache-Control no-cache;' \
      '    location / { try_files $uri $uri.html $uri/ /index.html; }' \
      '    location ~ /\.(?!well-known/) { return 404; }' \
      '  }' \
      '}' \
      > /etc/nginx/nginx.conf
RUN rm -rf /usr/share/nginx/html/*
COPY --from=build /app/dist /usr/share/nginx/html/
ENV NGINX_ENTRYPOINT_QUIET_LOGS=1
USER nginx
EXPOSE 8080
CMD ["nginx", "-g", "daemon off;"]
