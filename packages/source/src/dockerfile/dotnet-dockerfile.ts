import type { DotnetRecipe } from '../detection/recipe.ts'
import { addUser, copyInPlace, envLine, execForm, type Stage, shellWord, whatRuns } from './dockerfile-text.ts'
import { nginxStage } from './nginx.ts'

export function dotnetStages(recipe: DotnetRecipe): Stage[] {
  const { sdk, manifests, isPages, port } = recipe
  const project = [shellWord(recipe.project), ...recipe.overrides].join(' ')
  const framework = recipe.framework ? ` --framework ${shellWord(recipe.framework)}` : ''
  const build = {
    why: 'The build. The packages come first: they are fetched again only when a project file changes.',
    lines: [
      `FROM mcr.microsoft.com/dotnet/sdk:${sdk} AS build`,
      'WORKDIR /src',
      ...copyInPlace(manifests),
      `RUN dotnet restore ${project}`,
      'COPY . .',
      `RUN dotnet publish ${project}${framework} --configuration Release --no-restore --output /app -p:UseAppHost=false`,
    ],
  }
  return [build, isPages ? nginxStage({ output: pages, port, from: 'build' }) : programStage(recipe)]
}

const pages = { folder: 'wwwroot', isSinglePage: true }

function programStage({ version, isWeb, port, startCommand, environment }: DotnetRecipe): Stage {
  return {
    why: whatRuns,
    lines: [
      `FROM mcr.microsoft.com/dotnet/${isWeb ? 'aspnet' : 'runtime'}:${version}`,
      envLine({ ...environment, PORT: `${port}` }),
      // The images have such a user since version 8.
      Number.parseInt(version, 10) < 8 && addUser,
      'WORKDIR /app',
      'COPY --from=build --chown=app:app /app ./',
      'USER app',
      `EXPOSE ${port}`,
      `CMD ${execForm(startCommand)}`,
    ],
  }
}
