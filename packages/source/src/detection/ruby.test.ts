import { testApps } from './test-apps.ts'

testApps([
  [
    'Rails',
    {
      Gemfile: "ruby '3.3.1'\ngem 'rails'\ngem \"pg\"\ngem 'propshaft'",
      'Gemfile.lock': '',
      'config/application.rb': '',
    },
    {
      kind: 'ruby',
      version: '3.3.1',
      port: 3000,
      start: 'bundle exec rails server -b 0.0.0.0',
      recipe: { precompilesAssets: true, runPackages: ['libpq5'] },
      warning: /SECRET_KEY_BASE/,
    },
  ],
  [
    'Rack',
    { Gemfile: "gem 'sinatra'\ngem 'puma'", 'config.ru': '' },
    { kind: 'ruby', start: 'bundle exec puma --port 9292', port: 9292, warning: /no Gemfile\.lock/ },
  ],
  [
    'Rack without Puma, with its gems in the source',
    {
      Gemfile: "ruby '>= 3.2', '< 3.4'\ngem 'rack'",
      'Gemfile.lock': 'PLATFORMS\n  x86_64-linux\n',
      'config.ru': '',
      'vendor/cache/rack-3.gem': '',
    },
    {
      kind: 'ruby',
      version: '3.3',
      start: 'bundle exec rackup --host 0.0.0.0 --port 9292',
      recipe: { manifests: ['Gemfile', 'Gemfile.lock', 'vendor/cache'], needsSourceToInstall: false },
    },
  ],
  [
    'gems by their path, locked on a Mac',
    {
      Gemfile: "gem 'greet', path: 'gems/greet'",
      'Gemfile.lock': 'PLATFORMS\n  arm64-darwin-24\n\nDEPENDENCIES\n',
      'app.rb': '',
    },
    { kind: 'ruby', recipe: { needsSourceToInstall: true }, warning: /knows no gems for Linux/ },
  ],
])
