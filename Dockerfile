# syntax=docker/dockerfile:1
# Two stages: the first builds with the development dependencies, the second runs with the production ones alone.
# Nothing secret is in the image: tokens and keys come with the environment when it is started.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY patches ./patches
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY bots ./bots
COPY providers ./providers
COPY test/doubles ./test/doubles
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
# Reached from other containers. HOST that is not loopback brings the rules of production: docs/connect-slack.md says which.
ENV HOST=0.0.0.0 PORT=3000 THAND_CONFIG=/etc/thand/thand.yaml THAND_DATA_DIR=/var/lib/thand
WORKDIR /app
RUN install -d -o node -g node -m 0700 /var/lib/thand
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY migrations ./migrations
COPY bots/teams/app ./bots/teams/app
COPY src/cli/thand.mjs ./src/cli/thand.mjs
# What `thand demo` checks its GitHub double against.
COPY test/doubles/github/github.openapi.json ./test/doubles/github/github.openapi.json
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM drains for at most 20 s: docker stop --time 30.
ENTRYPOINT ["node", "src/cli/thand.mjs"]
CMD ["server"]
