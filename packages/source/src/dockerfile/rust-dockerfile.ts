import type { RustRecipe } from '../detection/recipe.ts'
import { addUser, copyInPlace, envLine, execForm, installPackages, type Stage, shellWord } from './dockerfile-text.ts'

export function rustStages(recipe: RustRecipe): Stage[] {
  const { version, binary, hasLockfile, isPlain, manifests, runPackages, port, startCommand, environment } = recipe
  const build = `cargo build --release${hasLockfile ? ' --locked' : ''}`
  const crates = [
    ...copyInPlace(manifests, isFolder),
    `RUN mkdir src && echo 'fn main() {}' > src/main.rs && ${build} && rm -r src`,
  ]
  return [
    {
      why: isPlain
        ? 'The build. The crates come first, with a program that does nothing: they are built again only when Cargo.toml changes.'
        : 'The build.',
      lines: [
        `FROM rust:${version}-bookworm AS build`,
        'WORKDIR /src',
        ...(isPlain ? crates : []),
        'COPY . .',
        // Cargo goes by times, and the program that does nothing is newer than what was copied.
        `RUN ${isPlain ? 'touch src/main.rs && ' : ''}${build} --bin ${shellWord(binary)}`,
      ],
    },
    {
      why: 'What runs: the program, whom it trusts, and the files of the source that it may read, such as templates.',
      lines: [
        'FROM debian:bookworm-slim',
        installPackages(runPackages),
        envLine({ ...environment, PORT: `${port}` }),
        addUser,
        'WORKDIR /app',
        'COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/',
        `COPY --from=build /src/target/release/${binary} /usr/local/bin/app`,
        'COPY --chown=app:app . .',
        'USER app',
        `EXPOSE ${port}`,
        `CMD ${execForm(startCommand)}`,
      ],
    },
  ]
}

const isFolder = (path: string) => path === '.cargo' || path === 'vendor'
