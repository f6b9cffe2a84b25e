import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Files, type SourceBuilder, startSourceBuilder } from './sources/source-builder.ts'

/** Those languages whose compilers are small enough to be brought for a test. */
const images = ['debian:bookworm-slim', 'golang:1.26-bookworm', 'php:8.4-apache', 'ruby:3.4-slim']

let builder: SourceBuilder
before(async () => {
  builder = await startSourceBuilder(images)
})
after(() => builder?.remove())

type Expected = { body: string; path?: string; changed: string; kept: RegExp }

/** Answers, has no rights, stops when it is told to; and a change of the code does not install its packages again. */
async function proves(name: string, files: Files, { body, path = '/', changed, kept }: Expected) {
  const { service } = await builder.build(name, files)
  const app = await builder.start(name, service.port)
  await app.ready()
  assert.equal(await (await app.get(path)).text(), body)
  assert.notEqual(await app.userId(), '0')
  assert.notEqual(await app.stop(), 137)
  const again = await builder.build(name, { ...files, [changed]: `${files[changed]}\n` })
  assert.match(again.kept.join('\n'), kept)
}

const go: Files = {
  'go.mod':
    'module example.org/shop\n\ngo 1.24\n\nrequire example.org/greet v0.0.0\n\nreplace example.org/greet => ./greet\n',
  'greet/go.mod': 'module example.org/greet\n\ngo 1.24\n',
  'greet/greet.go': 'package greet\n\nfunc Hello(name string) string { return "Hello " + name }\n',
  'greet/make.go': '//go:build ignore\n\npackage main\n\nfunc main() {}\n',
  'page.txt': 'page',
  'cmd/shop/main.go': `package main

import (
	"net/http"
	"os"

	"example.org/greet"
)

func main() {
	http.HandleFunc("/", func(answer http.ResponseWriter, _ *http.Request) {
		page, _ := os.ReadFile("page.txt")
		answer.Write([]byte(greet.Hello(string(page))))
	})
	http.ListenAndServe(":"+os.Getenv("PORT"), nil)
}
`,
}

test('a Go program with a module that lies beside it is built, and finds its files', async () => {
  const kept = /^RUN go mod download$/m
  await proves('go-app', go, { body: 'Hello page', changed: 'cmd/shop/main.go', kept })
})

const php: Files = {
  'public/index.php':
    "<?php require '../vendor/greet.php'; echo greet($_SERVER['REQUEST_URI']), ' ', PHP_VERSION_ID >= 80400 ? 'now' : 'then';",
  'public/.htaccess': 'RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule ^ index.php [L]\n',
  'vendor/greet.php': "<?php function greet($name) { return 'Hello ' . $name; }",
}

test('PHP is served by an Apache without rights, from its public folder, with its own rules and packages', async () => {
  const kept = /^RUN a2enmod rewrite/m
  await proves('php-app', php, { body: 'Hello /any now', path: '/any', changed: 'public/index.php', kept })
})

const ruby: Files = {
  Gemfile: "source 'https://rubygems.org'\n\ngem 'greet', path: 'gems/greet'\n",
  'gems/greet/greet.gemspec':
    "Gem::Specification.new('greet', '1.0.0') { |gem| gem.summary = 'Greets'; gem.authors = ['Us']; gem.files = ['lib/greet.rb'] }\n",
  'gems/greet/lib/greet.rb': "def greet(name) = 'Hello ' + name\n",
  'app.rb': `require 'greet'
require 'socket'
server = TCPServer.new('0.0.0.0', ENV.fetch('PORT'))
loop do
  visitor = server.accept
  visitor.readpartial(4096)
  body = greet(ENV.fetch('RACK_ENV'))
  visitor.write "HTTP/1.1 200 OK\\r\\nContent-Length: #{body.size}\\r\\nConnection: close\\r\\n\\r\\n#{body}"
  visitor.close
end
`,
}

test('a Ruby program with a gem that lies beside it is installed once it is there', async () => {
  const kept = /^RUN apt-get update/m
  await proves('ruby-app', ruby, { body: 'Hello production', changed: 'app.rb', kept })
})
