# The package, made from the clone as `npm run package` makes it anywhere, installed on Node and nothing else.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm run package

FROM node:24.21.0-bookworm-slim
COPY --from=build /src/apps/cli/release/ /tmp/release/
RUN npm install --global --offline --no-audit --no-fund /tmp/release/opwatch-*.tgz && rm -r /tmp/release
USER node
WORKDIR /home/node
EXPOSE 4080
ENTRYPOINT ["opwatch"]
