import { testApps } from './test-apps.ts'

testApps([
  [
    'pages',
    { 'index.html': '', 'style.css': '' },
    { kind: 'static', port: 8080, recipe: { output: { folder: '.', isSinglePage: false } } },
  ],
  [
    'pages in a folder',
    { 'public/index.html': '', 'README.md': '' },
    { kind: 'static', recipe: { output: { folder: 'public', isSinglePage: false } } },
  ],
])
