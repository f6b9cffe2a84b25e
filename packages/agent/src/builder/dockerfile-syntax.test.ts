import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foreignSyntax } from './dockerfile-syntax.ts'

test('the readers of BuildKit itself are known', () => {
  for (const image of [
    'docker/dockerfile:1',
    'docker/dockerfile',
    'docker.io/docker/dockerfile:1.7',
    'docker/dockerfile-upstream:master',
  ]) {
    assert.equal(foreignSyntax(`# syntax=${image}\nFROM x`, {}), undefined)
  }
  assert.equal(foreignSyntax('FROM x\n', {}), undefined)
})

test('any other is foreign, however it is asked for', () => {
  assert.equal(foreignSyntax('# escape=`\n#syntax = evil/reader:1 \nFROM x', {}), 'evil/reader:1')
  assert.equal(foreignSyntax('\uFEFF# Syntax=docker/dockerfiles:1\n', {}), 'docker/dockerfiles:1')
  assert.equal(foreignSyntax('FROM x', { BUILDKIT_SYNTAX: 'evil/reader' }), 'evil/reader')
})

test('a comment that is no directive ends the directives', () => {
  assert.equal(foreignSyntax('# hello\n# syntax=evil/reader\nFROM x', {}), undefined)
})
