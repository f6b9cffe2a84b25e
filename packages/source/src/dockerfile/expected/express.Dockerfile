# This is Node.js with express (package.json), npm, started by script "start" in package.json.
# node 26: nothing asks for another

# The packages, apart from the sources: this stage is kept while what names them stays the same.
FROM node:26-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

# What runs.
FROM node:26-bookworm-slim
ENV NODE_ENV=production PORT=3000
WORKDIR /app
RUN chown node:node .
COPY --from=packages --chown=node:node /app ./
COPY --chown=node:node . .
USER node
EXPOSE 3000
CMD ["node", "server.js"]
