# This is a static site (index.html), served by nginx.

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
      '    location / { try_files $uri $uri.html $uri/ =404; }' \
      '    location ~ /\.(?!well-known/) { return 404; }' \
      '    error_page 404 /404.html;' \
      '  }' \
      '}' \
      > /etc/nginx/nginx.conf
RUN rm -rf /usr/share/nginx/html/*
COPY . /usr/share/nginx/html/
ENV NGINX_ENTRYPOINT_QUIET_LOGS=1
USER nginx
EXPOSE 8080
CMD ["nginx", "-g", "daemon off;"]
