import { json, testApps } from './test-apps.ts'

testApps([
  [
    '.NET',
    {
      'src/Web/Web.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><TargetFramework>net8.0</TargetFramework>',
      'src/Lib/Lib.csproj': '<Project Sdk="Microsoft.NET.Sdk">',
      'tests/Web.Tests/Web.Tests.csproj': 'Sdk="Microsoft.NET.Sdk.Web"',
    },
    {
      kind: 'dotnet',
      version: '8.0',
      start: 'dotnet Web.dll',
      recipe: { project: 'src/Web/Web.csproj', isWeb: true, environment: { ASPNETCORE_HTTP_PORTS: '8080' } },
    },
  ],
  [
    '.NET with an SDK of its own',
    { 'Web.csproj': '<TargetFramework>net8.0<', 'global.json': json({ sdk: { version: '9.0.203' } }) },
    { kind: 'dotnet', version: '8.0', recipe: { version: '8.0', sdk: '9.0.203' } },
  ],
  [
    '.NET with any SDK from one on',
    {
      'Web.csproj': '<TargetFramework>net10.0<',
      'global.json': json({ sdk: { version: '8.0.100', rollForward: 'latestMajor' } }),
    },
    { kind: 'dotnet', recipe: { version: '10.0', sdk: '10.0' } },
  ],
  [
    '.NET of an older version, with what all its projects share',
    {
      'Directory.Build.props':
        '<TargetFramework>net6.0</TargetFramework><AssemblyName>Acme.$(MSBuildProjectName)</AssemblyName>',
      'src/Contest/Contest.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">',
      'src/build/Common.props': '',
      'nuget.config': '',
      'feed/greet.1.0.nupkg': '',
      'src/Contest/obj/Contest.csproj.nuget.g.props': '',
    },
    {
      kind: 'dotnet',
      version: '6.0',
      start: 'dotnet Acme.Contest.dll',
      recipe: {
        environment: { ASPNETCORE_URLS: 'http://+:8080' },
        manifests: [
          'Directory.Build.props',
          'nuget.config',
          'feed/greet.1.0.nupkg',
          'src/Contest/Contest.csproj',
          'src/build/Common.props',
        ],
      },
    },
  ],
  [
    'a .NET app with pages for browsers beside it',
    {
      'Client/Client.csproj': '<Project Sdk="Microsoft.NET.Sdk.BlazorWebAssembly">',
      'Server/Server.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">',
      'ServerTests/ServerTests.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">',
    },
    { kind: 'dotnet', start: 'dotnet Server.dll' },
  ],
  [
    'a worker of .NET',
    {
      'Jobs.csproj': '<Project Sdk="Microsoft.NET.Sdk.Worker">',
      'Lib/Lib.csproj': '<Project Sdk="Microsoft.NET.Sdk">',
    },
    { kind: 'dotnet', start: 'dotnet Jobs.dll', recipe: { isWeb: false, environment: {} } },
  ],
  [
    'a .NET app that names its address itself',
    {
      'Web.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">',
      'Program.cs': 'builder.WebHost.UseUrls("http://localhost:5000")',
    },
    { kind: 'dotnet', warning: /names the address that it listens on itself/ },
  ],
  [
    'a .NET app that listens for everybody on a port of its own',
    {
      'src/Web/Web.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">',
      'src/Web/Program.cs': 'options.Listen(IPAddress.Any, 5000);\n// builder.UseUrls("http://localhost:1")',
    },
    { kind: 'dotnet', port: 5000, recipe: { environment: { ASPNETCORE_HTTP_PORTS: '5000' } } },
  ],
  [
    'a .NET app with an address in its settings',
    {
      'Web.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">',
      'appsettings.json': '{ "Kestrel": { "Endpoints": { "Http": { "Url": "http://*:5001" } } } }',
    },
    { kind: 'dotnet', port: 5001 },
  ],
  [
    'a .NET app that makes its address of the port that it is told',
    {
      'Web.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">',
      'Program.cs': 'var port = Environment.GetEnvironmentVariable("PORT") ?? "5000"; web.UseUrls("http://*:" + port)',
    },
    { kind: 'dotnet', port: 8080 },
  ],
  [
    'a property of .NET that is made of itself many times',
    {
      'Web.csproj': `<Project Sdk="Microsoft.NET.Sdk.Web"><AssemblyName>${'$(AssemblyName)'.repeat(1000)}</AssemblyName>`,
    },
    { kind: 'dotnet' },
  ],
  ['.NET that is no program', { 'Lib.csproj': '' }, { kind: 'dotnet', warning: /Nothing in Lib\.csproj says/ }],
])
