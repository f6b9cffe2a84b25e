import type Docker from 'dockerode'
import { edgeContainerSpec } from '../../packages/agent/src/edge/edge-container.ts'
import { edgePages } from '../../packages/agent/src/edge/edge-pages.ts'
import { holdScriptPath } from '../../packages/agent/src/edge/edge-paths.ts'
import { edgeFolder, hostsMapPath, renderEdge } from '../../packages/agent/src/edge/haproxy-config.ts'
import { holdScript } from '../../packages/agent/src/edge/hold-script.ts'
import type { Files } from '../harness/container.ts'

export const appHost = 'bench.localhost'
export const haproxyImage = 'haproxy:3.2'
export const nginxImage = 'nginx:stable'
export const toolsImage = 'berth-bench-tools'

export type Contender = { image: string; options: Docker.ContainerCreateOptions; files: Files }

const backendName = 'bench-web-r1'
/** The app also plays Berth's server and registry, whose instances the edge looks up and checks as it always does. */
export const appNames = ['app', backendName, 'berth-server', 'berth-registry']

/** A page of 600 bytes, as much as a small answer of an API. */
export const app: Contender = {
  image: nginxImage,
  options: {},
  files: {
    '/usr/share/nginx/html/index.html': `${'x'.repeat(599)}\n`,
    '/etc/nginx/nginx.conf': `worker_processes auto;
pid /run/nginx.pid;
error_log /dev/null;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 1000000;
  open_file_cache max=10;
  server {
    listen 80;
    listen 5000;
    listen 8080;
    root /usr/share/nginx/html;
    location / { try_files /index.html =404; }
  }
}
`,
  },
}

/** What the agent would write for one app, in a container as the agent would make it. */
export function berthEdge(version: readonly [number, number]): Contender {
  const { user, command, sysctls, dnsOptions } = edgeContainerSpec({ edgeImage: haproxyImage, httpPort: 80 })
  const backend = {
    name: backendName,
    network: 'bench',
    port: 80,
    healthPath: '/',
    replayUnsafeRequests: false,
    slots: 8,
  }
  const { config, hostsMap } = renderEdge(
    {
      domain: 'localhost',
      machineAddress: '192.0.2.1',
      registryGateway: '192.0.2.1',
      probeSecret: 'ab'.repeat(24),
      haproxyVersion: version,
      hasLua: true,
    },
    { backends: [backend], routes: [{ host: appHost, app: 'bench', backend: backendName }] },
  )
  return {
    image: haproxyImage,
    options: {
      Cmd: [...(command ?? [])],
      ...(user === undefined ? {} : { User: user }),
      HostConfig: { Sysctls: { ...sysctls }, DnsOptions: [...(dnsOptions ?? [])] },
    },
    files: {
      [`${edgeFolder}/run/`]: '',
      [`${edgeFolder}/haproxy.cfg`]: config,
      [hostsMapPath]: hostsMap,
      [holdScriptPath]: holdScript,
      ...Object.fromEntries(Object.entries(edgePages).map(([name, page]) => [`${edgeFolder}/pages/${name}`, page])),
    },
  }
}

export const bareHaproxy: Contender = {
  image: haproxyImage,
  options: {},
  files: {
    '/usr/local/etc/haproxy/haproxy.cfg': `defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend web
  bind :80
  default_backend app
backend app
  server app app:80
`,
  },
}

export const nginxProxy: Contender = {
  image: nginxImage,
  options: {},
  files: {
    '/etc/nginx/nginx.conf': `worker_processes auto;
pid /run/nginx.pid;
events { worker_connections 4096; }
http {
  access_log off;
  upstream app {
    server app:80;
    keepalive 128;
  }
  server {
    listen 80;
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
    }
  }
}
`,
  },
}

/** With more idle connections than by default (32): else it would make new ones all the time. */
export const caddyProxy: Contender = {
  image: toolsImage,
  options: { Cmd: ['caddy', 'run', '--config', '/Caddyfile', '--adapter', 'caddyfile'] },
  files: {
    '/Caddyfile': `{
  admin off
  auto_https off
}
:80 {
  reverse_proxy app:80 {
    transport http {
      keepalive_idle_conns_per_host 128
    }
  }
}
`,
  },
}
