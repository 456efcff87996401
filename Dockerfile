# Two stages: the first builds and picks what is needed to run, the second is that and Node alone.
FROM node:24-alpine AS build
WORKDIR /src
COPY . .
RUN npx -y pnpm@12.21.0 install --frozen-lockfile \
 && npx -y pnpm@12.21.0 exec turbo run build --filter=woodpecker-autoscaler \
 && npx -y pnpm@12.21.0 --filter=woodpecker-autoscaler deploy --prod /app \
 && node tools/pack/use-built.ts /app

FROM node:24-alpine
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app .
USER node
# Written at each look: older than three minutes means that the loop no longer turns.
ENV WOODPECKER_HEALTH_FILE=/tmp/woodpecker-autoscaler.health
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "const s=require('fs').statSync(process.env.WOODPECKER_HEALTH_FILE);process.exit(Date.now()-s.mtimeMs<180000?0:1)"]
ENTRYPOINT ["node", "bin/woodpecker-autoscaler.js"]
CMD ["run"]
