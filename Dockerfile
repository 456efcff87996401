# Debian, not Alpine: pnpm and the workspace's own Node have no builds for musl.

# The manifests alone: the installation below is repeated when one of them changes, and not with each change of a source.
FROM node:24-slim AS manifests
WORKDIR /src
COPY . .
RUN find . -type f ! -name package.json ! -name pnpm-lock.yaml ! -name pnpm-workspace.yaml -delete \
 && find . -type d -empty -delete

FROM node:24-slim AS build
ENV TURBO_TELEMETRY_DISABLED=1
WORKDIR /src
COPY --from=manifests /src .
RUN npx -y pnpm@12.21.0 install --frozen-lockfile
COPY . .
RUN npx -y pnpm@12.21.0 exec turbo run build --filter=woodpecker-autoscaler \
 && npx -y pnpm@12.21.0 --filter=woodpecker-autoscaler deploy --prod /app \
 && node tools/pack/use-built.ts /app

# What is needed to run, and Node.
FROM node:24-slim
LABEL org.opencontainers.image.title="woodpecker-autoscaler" \
      org.opencontainers.image.source="https://github.com/woodpeckers/autoscaler" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app .
USER node
# Written at each tick: older than three minutes means that the loop has stopped.
ENV WOODPECKER_HEALTH_FILE=/tmp/woodpecker-autoscaler.health
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "const s=require('fs').statSync(process.env.WOODPECKER_HEALTH_FILE);process.exit(Date.now()-s.mtimeMs<180000?0:1)"]
ENTRYPOINT ["node", "bin/woodpecker-autoscaler.js"]
CMD ["run"]
