# One image for every service; the command says which: node services/<name>/src/main.ts
# Node runs the TypeScript sources themselves (type stripping), which it does outside node_modules only: the workspaces
# stay links from node_modules to packages/ and services/, as npm lays them out.
FROM node:26-bookworm-slim AS base
WORKDIR /app
# npm checks the lockfile against every workspace's manifest, so all are here before any source: a changed source reuses the installed layers.
COPY package.json package-lock.json .npmrc ./
COPY packages/facts/package.json packages/facts/
COPY packages/log/package.json packages/log/
COPY packages/client/package.json packages/client/
COPY packages/runtime/package.json packages/runtime/
COPY packages/analysis/package.json packages/analysis/
COPY packages/mcp/package.json packages/mcp/
COPY services/ingest/package.json services/ingest/
COPY services/projector/package.json services/projector/
COPY services/notifier/package.json services/notifier/
COPY services/gateway/package.json services/gateway/
COPY cli/package.json cli/
COPY dashboard/package.json dashboard/

# No install script is needed: what is native comes built, and Node is the image's own.
FROM base AS dashboard
RUN npm ci --ignore-scripts --workspace=dashboard --workspace=packages/facts --workspace=packages/client
COPY packages/facts packages/facts
COPY packages/client packages/client
COPY dashboard dashboard
RUN npm run build --workspace=dashboard

FROM base AS dependencies
RUN npm ci --ignore-scripts --omit=dev \
  --workspace=packages/facts --workspace=packages/log --workspace=packages/runtime --workspace=packages/analysis --workspace=packages/mcp \
  --workspace=services/ingest --workspace=services/projector --workspace=services/notifier --workspace=services/gateway

FROM node:26-bookworm-slim
# It listens on all addresses of its container, and starts only with GRAPHTAIL_JWT_SECRET, or GRAPHTAIL_INSECURE where nobody else can reach them.
ENV NODE_ENV=production \
  NODE_OPTIONS=--max-semi-space-size=4 \
  GRAPHTAIL_HOST=0.0.0.0 \
  GRAPHTAIL_PORT=8000 \
  GRAPHTAIL_DATA_DIR=/data \
  GRAPHTAIL_DASHBOARD_DIR=/app/dashboard/dist
WORKDIR /app
COPY --from=dependencies /app/package.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY packages/facts packages/facts
COPY packages/log packages/log
COPY packages/runtime packages/runtime
COPY packages/analysis packages/analysis
COPY packages/mcp packages/mcp
COPY services services
COPY --from=dashboard /app/dashboard/dist dashboard/dist
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 8000
# A service that answers is alive. If it is degraded, its body says what is wrong, and a restart would not help.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.GRAPHTAIL_PORT}/health`).then(() => process.exit(0), () => process.exit(1))"]
CMD ["node", "services/gateway/src/main.ts"]
