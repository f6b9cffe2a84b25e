import { testApps } from './test-apps.ts'

testApps([
  [
    'Go in the root',
    {
      'go.mod': 'module x.org/shop\n\ngo 1.22\n',
      'go.sum': '',
      'main.go': 'package main\nhttp.ListenAndServe(":9000", nil)',
    },
    {
      kind: 'go',
      port: 9000,
      version: '1.26',
      recipe: { package: '.', manifests: ['go.mod', 'go.sum'], needsC: false },
    },
  ],
  [
    'Go in cmd',
    {
      'go.mod': 'module x.org/shop',
      'cmd/tool/main.go': 'package main',
      'cmd/shop/main.go': 'package main',
      'lib.go': 'package shop',
    },
    { kind: 'go', recipe: { package: './cmd/shop' }, warning: /other programs too \(\.\/cmd\/tool\)/ },
  ],
  [
    'Go with C',
    { 'go.mod': 'module a\nrequire github.com/mattn/go-sqlite3 v1', 'main.go': 'package main' },
    { kind: 'go', recipe: { needsC: true } },
  ],
  [
    'Go with modules of its own, and one that only makes its sources',
    {
      'go.mod': 'module x.org/shop/v2\nrequire x.org/lib v0.0.0\nreplace x.org/lib => ./lib\n',
      'lib/go.mod': 'module x.org/lib',
      'lib/gen.go': '//go:build ignore\n\npackage main',
      'cmd/other/main.go': 'package main',
      'cmd/shop/main.go': 'package main',
    },
    { kind: 'go', recipe: { manifests: ['go.mod', 'lib/go.mod'], package: './cmd/shop' } },
  ],
  [
    'Go of the future',
    { 'go.mod': 'module a\n\ngo 1.40.1\n', 'main.go': 'package main' },
    { kind: 'go', version: '1.40.1' },
  ],
])
