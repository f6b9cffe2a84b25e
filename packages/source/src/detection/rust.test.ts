import { testApps } from './test-apps.ts'

testApps([
  [
    'Rust',
    {
      'Cargo.toml': '[package]\nname = "shop"',
      'Cargo.lock': 'name = "openssl-sys"',
      'src/main.rs': 'bind("0.0.0.0:3030")',
    },
    { kind: 'rust', port: 3030, version: '1', recipe: { binary: 'shop', isPlain: true, runPackages: ['libssl3'] } },
  ],
  [
    'a workspace of Rust',
    {
      'Cargo.toml': '[workspace]\nmembers = ["a", "b"]',
      'a/Cargo.toml': '[package]\nname = "lib"',
      'b/Cargo.toml': '[package]\nname = "srv"',
      'b/src/main.rs': '',
    },
    { kind: 'rust', recipe: { binary: 'srv', isPlain: false }, warning: /no Cargo\.lock/ },
  ],
  [
    'Rust whose crates lie in the source',
    {
      'Cargo.toml': '[package]\nname = "shop"',
      'Cargo.lock': '',
      'rust-toolchain.toml': '[toolchain]\nchannel = "stable"',
      'src/main.rs': '',
      'vendor/serde/Cargo.toml': '[package]\nname = "serde"',
      '.cargo/config.toml': '',
    },
    {
      kind: 'rust',
      recipe: { isPlain: true, manifests: ['Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', '.cargo', 'vendor'] },
    },
  ],
  [
    'Rust that needs a neighbour',
    {
      'Cargo.toml': '[package]\nname = "shop"\n[dependencies]\nlib = { path = "lib" }',
      'src/main.rs': '',
      'lib/Cargo.toml': '[package]\nname = "lib"',
    },
    { kind: 'rust', recipe: { isPlain: false } },
  ],
  [
    'Rust that is measured by a file of its own',
    { 'Cargo.toml': '[package]\nname = "shop"\n[[bench]]\nname = "speed"', 'src/main.rs': '', 'benches/speed.rs': '' },
    { kind: 'rust', recipe: { isPlain: false } },
  ],
  [
    'Rust with its address in numbers, in another file',
    {
      'Cargo.toml': '[package]\nname = "shop"',
      'src/main.rs': 'mod server;',
      'src/server.rs': 'SocketAddr::from(([0, 0, 0, 0], 3210))',
    },
    { kind: 'rust', port: 3210 },
  ],
  [
    'Rocket',
    { 'Cargo.toml': '[package]\nname = "shop"\n[dependencies]\nrocket = "0.5"', 'src/main.rs': '' },
    { kind: 'rust', recipe: { environment: { ROCKET_ADDRESS: '0.0.0.0', ROCKET_PORT: '8080' } } },
  ],
  [
    'Rust with several programs',
    { 'Cargo.toml': '[package]\nname = "a"\ndefault-run = "web"', 'src/main.rs': '', 'src/bin/web.rs': '' },
    { kind: 'rust', recipe: { binary: 'web' } },
  ],
])
