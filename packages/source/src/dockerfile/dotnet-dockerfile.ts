import type { DotnetRecipe } from '../detection/recipe.ts'
import { addUser, copyInPlace, envLine, execForm, type Stage, shellWord, whatRuns } from './dockerfile-text.ts'

export function dotnetStages({ version, sdk, project, manifests, isWeb, ...recipe }: DotnetRecipe): Stage[] {
  const { port, startCommand, environment } = recipe
  const path = shellWord(project)
  return [
    {
      why: 'The build. The packages come first: they are fetched again only when a project file changes.',
      lines: [
        `FROM mcr.microsoft.com/dotnet/sdk:${sdk} AS build`,
        'WORKDIR /src',
        ...copyInPlace(manifests),
        `RUN dotnet restore ${path}`,
        'COPY . .',
        `RUN dotnet publish ${path} --configuration Release --no-restore --output /out -p:UseAppHost=false`,
      ],
    },
    {
      why: whatRuns,
      lines: [
        `FROM mcr.microsoft.com/dotnet/${isWeb ? 'aspnet' : 'runtime'}:${version}`,
        envLine({ ...environment, PORT: `${port}` }),
        // The images have such a user since version 8.
        Number.parseInt(version, 10) < 8 && addUser,
        'WORKDIR /app',
        'COPY --from=build --chown=app:app /out ./',
        'USER app',
        `EXPOSE ${port}`,
        `CMD ${execForm(startCommand)}`,
      ],
    },
  ]
}
