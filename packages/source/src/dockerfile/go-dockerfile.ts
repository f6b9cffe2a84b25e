import type { GoRecipe } from '../detection/recipe.ts'
import { addUser, copyInPlace, envLine, execForm, type Stage, shellWord } from './dockerfile-text.ts'

export function goStages(recipe: GoRecipe): Stage[] {
  const { version, manifests, isVendored, needsC, port, startCommand, environment } = recipe
  const download = isVendored || manifests.includes('go.work') ? [] : [...copyInPlace(manifests), 'RUN go mod download']
  return [
    {
      why: 'The build. The modules come first: they are fetched again only when go.mod or go.sum changes.',
      lines: [
        `FROM golang:${version}-bookworm AS build`,
        envLine({ CGO_ENABLED: needsC ? '1' : '0', GOFLAGS: '-trimpath -tags=timetzdata' }),
        'WORKDIR /src',
        '# Of the standard library what every server needs: compiled once and kept.',
        'RUN go build net/http',
        ...download,
        'COPY . .',
        `RUN go build -ldflags='-s -w' -o /out/app ${shellWord(recipe.package)}`,
      ],
    },
    {
      why: 'What runs: the program, whom it trusts, and the files of the source that it may read, such as templates.',
      lines: [
        'FROM debian:bookworm-slim',
        envLine({ ...environment, PORT: `${port}` }),
        addUser,
        'WORKDIR /app',
        'COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/',
        'COPY --from=build /out/app /usr/local/bin/app',
        'COPY --chown=app:app . .',
        'USER app',
        `EXPOSE ${port}`,
        `CMD ${execForm(startCommand)}`,
      ],
    },
  ]
}
