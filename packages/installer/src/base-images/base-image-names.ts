/** What Berth's own images and its parts are made from, by the names that Dockerfiles use. */
export const baseImageNames = [
  'debian:bookworm-slim',
  'node:26-bookworm-slim',
  'haproxy:3.2',
  'registry:2',
  'nginx:stable',
] as const

/** What can be made where it cannot be pulled: the same, and what the Dockerfiles that Berth writes begin with. */
export const standInNames = [
  ...baseImageNames,
  'python:3.13-slim',
  'golang:1.26-bookworm',
  'php:8.4-apache',
  'ruby:3.4-slim',
] as const

/** Every other stand-in is built on this one. */
export const standInBase = 'debian:bookworm-slim'
