import { posix } from 'node:path'
import type { StaticOutput } from '../detection/recipe.ts'
import { copyLine, type Stage, writeFile } from './dockerfile-text.ts'

export type Serving = { output: StaticOutput; port: number; from: string | null }

/** The last stage of whatever ends as files for browsers. */
export function nginxStage({ output, port, from }: Serving): Stage {
  const source = output.folder === '.' ? '' : output.folder
  const place = from === null ? source || '.' : posix.join('/app', source)
  const copy = copyLine([place], '/usr/share/nginx/html/', from === null ? '' : `--from=${from} `)
  return {
    why: 'What runs: a web server without rights, which can listen on high ports only.',
    lines: [
      'FROM nginx:stable',
      writeFile('/etc/nginx/nginx.conf', configuration(output, port)),
      'RUN rm -rf /usr/share/nginx/html/*',
      copy,
      'ENV NGINX_ENTRYPOINT_QUIET_LOGS=1',
      'USER nginx',
      `EXPOSE ${port}`,
      'CMD ["nginx", "-g", "daemon off;"]',
    ],
  }
}

function configuration({ isSinglePage }: StaticOutput, port: number): string[] {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path /tmp/${name};`,
  )
  const otherwise = isSinglePage ? '/index.html' : '=404'
  return [
    'worker_processes 2;',
    'pid /tmp/nginx.pid;',
    'events {}',
    'http {',
    '  include mime.types;',
    '  default_type application/octet-stream;',
    ...temporary,
    '  sendfile on;',
    '  gzip on;',
    '  gzip_types text/css text/javascript application/javascript application/json image/svg+xml;',
    '  server {',
    `    listen ${port};`,
    '    root /usr/share/nginx/html;',
    '    absolute_redirect off;',
    // Browsers ask whether a page is still the same, and get a short answer when it is.
    '    add_header Cache-Control no-cache;',
    `    location / { try_files $uri $uri.html $uri/ ${otherwise}; }`,
    '    location ~ /\\.(?!well-known/) { return 404; }',
    ...(isSinglePage ? [] : ['    error_page 404 /404.html;']),
    '  }',
    '}',
  ]
}
